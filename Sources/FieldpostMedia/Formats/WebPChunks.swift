/// One chunk of a WebP file (RFC 9649, 2.3): four characters, a size (the least significant byte first), the payload,
/// and a byte that makes the whole even.
struct WebPChunk {
    let type: FourCC
    let range: Range<Int>
    let payload: Range<Int>
}

/// The chunks of a WebP file, or those inside of one chunk, in order.
struct WebPChunks {
    /// "RIFF", the size, "WEBP".
    static let headerBytes = 12

    private var offset: Int
    let end: Int

    /// Chunks inside a range.
    init(in range: Range<Int>) {
        offset = range.lowerBound
        end = range.upperBound
    }

    /// The chunks of a whole file. Throws `.cutOff` if it is shorter than its header says. Bytes after the size are
    /// allowed (RFC 9649, 2.4).
    init<Source>(file window: inout ByteWindow<Source>) throws(MediaDefect) {
        let size = try window.littleEndian(at: 4, count: 4)
        guard size >= 4 else { throw .malformed }
        end = 8 + size
        offset = Self.headerBytes
        try window.check(0..<end)
    }

    /// Nil at the end. Throws `.malformed` if a chunk ends outside.
    mutating func next<Source>(in window: inout ByteWindow<Source>) throws(MediaDefect) -> WebPChunk? {
        guard offset < end else { return nil }
        try window.takePart()
        guard end - offset >= 8 else { throw .malformed }
        let size = try window.littleEndian(at: offset + 4, count: 4)
        let payload = (offset + 8)..<(offset + 8 + size)
        guard payload.upperBound <= end else { throw .malformed }
        // Some writers leave out the last byte that makes a chunk even.
        let chunk = WebPChunk(
            type: try window.code(at: offset), range: offset..<min(payload.upperBound + size % 2, end), payload: payload
        )
        offset = chunk.range.upperBound
        return chunk
    }
}
