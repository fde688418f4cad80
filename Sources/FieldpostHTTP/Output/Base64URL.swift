/// Encodes bytes as text for URLs and header fields (RFC 4648, section 5, without padding).
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String { Base64.url.encode(bytes) }

    /// Returns nil if `encode` would not write this text. The caller limits its length.
    static func decode(_ text: String) -> [UInt8]? { Base64.url.decode(text.utf8) }
}
