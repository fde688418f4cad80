/// What a terminal shows with each request (RFC 6750): 128 random bits, of which the node keeps only a hash. Guessing
/// one is out of reach, so that a plain hash does, and no slow one.
package struct AccessToken: Hashable, Sendable {
    package let secret: TokenSecret

    private static let prefix = "fieldpost-terminal-"

    package init(secret: TokenSecret) { self.secret = secret }

    /// As `text` writes it, or nil.
    package init?(text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix),
            let secret = Hex.decode(text.dropFirst(Self.prefix.count)).flatMap({ TokenSecret(bytes: $0) })
        else { return nil }
        self.init(secret: secret)
    }

    package static func random() -> AccessToken { AccessToken(secret: .random()) }

    /// "fieldpost-terminal-" and the secret in hexadecimal digits.
    package var text: String { Self.prefix + Hex.encode(secret.bytes) }

    /// What the node keeps.
    package var verifier: String { "sha256:\(secret.hash)" }
}
