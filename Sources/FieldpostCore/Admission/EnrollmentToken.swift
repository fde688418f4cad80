/// The token that an operator carries from central to a gateway. It admits one gateway, once. It also names the central
/// node, so an impostor that answers in its place gains nothing.
package struct EnrollmentToken: Hashable, Sendable {
    package let central: NodeID
    package let secret: TokenSecret

    private static let prefix = "fieldpost"

    package init(central: NodeID, secret: TokenSecret) {
        self.central = central
        self.secret = secret
    }

    /// Reads what `text` writes, or returns nil. Whitespace is ignored.
    package init?(text: some StringProtocol) {
        let parts = text.split(whereSeparator: \.isWhitespace).joined().split(separator: "-")
        guard parts.count == 3, parts[0] == Self.prefix, let central = NodeID(hex: parts[1]),
            let secret = Hex.decode(parts[2]).flatMap({ TokenSecret(bytes: $0) })
        else { return nil }
        self.init(central: central, secret: secret)
    }

    /// "fieldpost", central's NodeID and the secret in hexadecimal digits, joined by "-": 107 characters.
    package var text: String { "\(Self.prefix)-\(central)-\(Hex.encode(secret.bytes))" }
}
