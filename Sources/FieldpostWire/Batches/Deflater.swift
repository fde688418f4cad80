import CZlib

/// Raw deflate (RFC 1951) with a preset dictionary, in one call.
enum Deflater {
    /// Level 6 makes a batch of reports 1 % smaller, and takes a third more time.
    private static let level: Int32 = 4
    private static let memoryLevel: Int32 = 8
    /// Negative: no zlib header or trailer around the data. 15: the largest window, 32 KiB.
    static let windowBits: Int32 = -15

    static func deflate(_ raw: [UInt8], dictionary: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let opened = deflateInit2_(
            &stream, level, Z_DEFLATED, windowBits, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(opened == Z_OK, "zlib cannot start to deflate: \(opened)")
        defer { deflateEnd(&stream) }
        if !dictionary.isEmpty {
            let primed = deflateSetDictionary(&stream, dictionary, UInt32(dictionary.count))
            precondition(primed == Z_OK, "zlib refuses the dictionary: \(primed)")
        }

        let bound = Int(deflateBound(&stream, UInt(raw.count)))
        return raw.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                // zlib only reads from next_in, although its type is not const.
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let result = CZlib.deflate(&stream, Z_FINISH)
                precondition(result == Z_STREAM_END, "zlib's bound was too small: \(result)")
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}

/// The library that compresses batches.
package enum CompressionLibrary {
    /// zlib's own version, such as "1.2.13".
    package static var version: String { String(cString: zlibVersion()) }
}
