import CZlib
import FieldpostCore

/// Inflates data from a peer. The output grows only with what really comes out.
enum Inflater {
    private static let stepBytes = 64 * 1024

    /// Returns exactly `count` bytes. The caller has checked `count` against the limits.
    ///
    /// Throws `inflateTooLarge` when more bytes come out, and `badBatch` when fewer do or the data is not a deflate
    /// stream.
    static func inflate(_ data: [UInt8], dictionary: [UInt8], expecting count: Int) throws(Violation) -> [UInt8] {
        var stream = z_stream()
        let opened = inflateInit2_(&stream, Deflater.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib cannot start to inflate: \(opened)")
        defer { inflateEnd(&stream) }
        if !dictionary.isEmpty {
            let primed = inflateSetDictionary(&stream, dictionary, UInt32(dictionary.count))
            precondition(primed == Z_OK, "zlib refuses the dictionary: \(primed)")
        }

        var output: [UInt8] = []
        // One byte more than expected, so that excess output is noticed and not silently cut off.
        var step = [UInt8](repeating: 0, count: min(stepBytes, count + 1))
        let ending = data.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            return drain(&stream, through: &step, into: &output, limit: count)
        }
        guard output.count <= count else {
            throw Violation(.inflateTooLarge, "more than the \(count) declared bytes came out of \(data.count)")
        }
        guard ending == Z_STREAM_END else { throw Violation(.badBatch, "the data is not a complete deflate stream") }
        guard output.count == count else {
            throw Violation(.badBatch, "\(output.count) bytes came out instead of the declared \(count)")
        }
        guard stream.avail_in == 0 else {
            throw Violation(.badBatch, "\(stream.avail_in) bytes follow the deflate stream")
        }
        return output
    }

    /// Inflates until the stream ends, fails, needs more input, or has given more than `limit` bytes.
    private static func drain(
        _ stream: inout z_stream, through step: inout [UInt8], into output: inout [UInt8], limit: Int
    ) -> Int32 {
        while true {
            let (result, produced) = step.withUnsafeMutableBufferPointer { buffer in
                stream.next_out = buffer.baseAddress
                stream.avail_out = UInt32(buffer.count)
                let result = CZlib.inflate(&stream, Z_NO_FLUSH)
                return (result, buffer.count - Int(stream.avail_out))
            }
            output.append(contentsOf: step[..<produced])
            guard result == Z_OK, output.count <= limit else { return result }
        }
    }
}
