import NIOCore

/// How this API writes JSON: keys sorted, so that equal values are equal bytes.
enum JSON {
    /// Throws what the value's own `encode` throws.
    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONWriter.write(value))
    }
}
