import CZlib
import FieldpostCore

/// Inflates data from a peer. The output grows only with what really comes out.
enum Inflater {
    /// Returns at most `limit` bytes. The caller has checked `limit` against the limits of the protocol.
    ///
    /// Throws `inflateTooLarge` when more bytes come out, and `badBatch` when the data is not a deflate stream.
    static func inflate(_ data: [UInt8], dictionary: [UInt8], limit: Int) throws(Violation) -> [UInt8] {
        var stream = z_stream()
        let opened = inflateInit2_(&stream, Deflater.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib cannot start to inflate: \(opened)")
        defer { inflateEnd(&stream) }
        if !dictionary.isEmpty {
            let primed = inflateSetDictionary(&stream, dictionary, UInt32(dictionary.count))
            precondition(primed == Z_OK, "zlib refuses the dictionary: \(primed)")
        }

        var ending = Z_OK
        // One byte more than allowed, so that excess output is noticed. Memory is touched only as bytes come out.
        let output = data.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: limit + 1) { output, count in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(limit + 1)
                ending = CZlib.inflate(&stream, Z_FINISH)
                count = limit + 1 - Int(stream.avail_out)
            }
        }
        guard output.count <= limit else {
            throw Violation(.inflateTooLarge, "more than the \(limit) declared bytes came out of \(data.count)")
        }
        guard ending == Z_STREAM_END else { throw Violation(.badBatch, "the data is not a complete deflate stream") }
        guard stream.avail_in == 0 else {
            throw Violation(.badBatch, "\(stream.avail_in) bytes follow the deflate stream")
        }
        return output
    }
}
