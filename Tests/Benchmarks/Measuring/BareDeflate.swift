import CZlib

/// zlib alone.
enum BareDeflate {
    /// Bytes that are left of `raw`, in pieces of 256 KiB as in a batch.
    static func size(of raw: [UInt8], level: Int32) -> Int {
        let piece = 256 * 1024
        var total = 0
        for start in stride(from: 0, to: raw.count, by: piece) {
            let input = Array(raw[start..<min(raw.count, start + piece)])
            var length = compressBound(UInt(input.count))
            var output = [UInt8](repeating: 0, count: Int(length))
            let result = compress2(&output, &length, input, UInt(input.count), level)
            precondition(result == Z_OK, "zlib failed: \(result)")
            total += Int(length)
        }
        return total
    }
}
