/// The secret that a terminal sends with each request (RFC 6750): 128 random bits. The node keeps only a hash. A fast
/// hash is enough, because 128 random bits cannot be guessed.
package struct AccessToken: Hashable, Sendable {
    package let secret: TokenSecret

    private static let prefix = "fieldpost-terminal-"

    package init(secret: TokenSecret) { self.secret = secret }

    /// Reads what `text` writes, or returns nil.
    package init?(text: some StringProtocol) {
        guard text.hasPrefix(Self.prefix),
            let secret = Hex.decode(text.dropFirst(Self.prefix.count)).flatMap({ TokenSecret(bytes: $0) })
        else { return nil }
        self.init(secret: secret)
    }

    package static func random() -> AccessToken { AccessToken(secret: .random()) }

    /// "fieldpost-terminal-" and the secret in hexadecimal digits.
    package var text: String { Self.prefix + Hex.encode(secret.bytes) }

    /// What the node stores.
    package var verifier: String { "sha256:\(secret.hash)" }
}
