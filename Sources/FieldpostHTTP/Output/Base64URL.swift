/// Bytes as text for URLs and header fields, without padding.
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String { Base64.url.encode(bytes) }

    /// Nil when `encode` does not write the text. The caller bounds its length.
    static func decode(_ text: String) -> [UInt8]? { Base64.url.decode(text.utf8) }
}
