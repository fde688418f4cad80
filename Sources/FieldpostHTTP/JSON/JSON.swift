import NIOCore

/// How this API writes JSON: keys sorted, so that equal values are equal bytes.
enum JSON {
    /// Throws the errors of the value's own `encode`.
    static func encode(_ value: some Encodable) throws -> ByteBuffer {
        ByteBuffer(bytes: try JSONWriter.write(value))
    }
}
