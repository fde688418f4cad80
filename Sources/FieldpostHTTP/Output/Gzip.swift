import CZlib
import HTTPTypes

/// Compressed answers (RFC 1952), for clients that take them.
enum Gzip {
    static func isTaken(by headers: HTTPFields) -> Bool {
        (headers[.acceptEncoding] ?? "").fieldMembers.contains { $0 == "gzip" || $0.hasPrefix("gzip;q=1") }
    }

    /// `level`: 1 is the fastest, 9 the smallest.
    static func zip(_ bytes: [UInt8], level: CInt) -> [UInt8] {
        var stream = z_stream()
        let opened = deflateInit2_(
            &stream, level, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib cannot start to deflate: \(opened)")
        defer { deflateEnd(&stream) }
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let ended = bytes.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { room in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = room.baseAddress
                stream.avail_out = UInt32(room.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        precondition(ended == Z_STREAM_END, "zlib did not end: \(ended)")
        return Array(output.prefix(Int(stream.total_out)))
    }
}
