/// A made-up photo: a baseline JPEG file (ITU-T T.81) of grey noise over a slope, different for each seed. Like a real
/// photo it cannot be compressed. Its blocks are invented as they stand in the file, so it needs no transform.
package enum NoisePhoto {
    /// About 53 bytes for each block of 8 × 8 pixels.
    package static func jpeg(width: Int, height: Int, seed: UInt64) -> [UInt8] {
        precondition((1...65_535).contains(width) && (1...65_535).contains(height), "no size of a JPEG file")
        let size = [UInt8(height >> 8), UInt8(height & 0xFF), UInt8(width >> 8), UInt8(width & 0xFF)]
        var bytes: [UInt8] = [0xFF, 0xD8]
        bytes += segment(0xDB, [0] + [UInt8](repeating: 2, count: 64))
        bytes += segment(0xC0, [8] + size + [1, 1, 0x11, 0])
        for table in [0x00, 0x10] as [UInt8] { bytes += segment(0xC4, [table, 0, 0, 7] + zeros(13) + Array(0...6)) }
        bytes += segment(0xDA, [1, 1, 0, 0, 63, 0])
        var bits = BitWriter()
        var random = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
        let columns = (width + 7) / 8
        var last = 0
        for block in 0..<columns * ((height + 7) / 8) {
            let slope = (block % columns * 600 / columns + block / columns) % 600 - 300
            let step = min(max(slope - last, -63), 63)
            last += step
            bits.put(coefficient: step)
            for index in 1...63 {
                // Marsaglia's xorshift (J. Stat. Softw. 8(14), 2003).
                random ^= random << 13
                random ^= random >> 7
                random ^= random << 17
                let reach = index < 16 ? 31 : 15
                let value = Int(random % UInt64(2 * reach)) - reach
                bits.put(coefficient: value < 0 ? value : value + 1)
            }
        }
        return bytes + bits.finished() + [0xFF, 0xD9]
    }

    private static func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }

    private static func segment(_ marker: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let length = payload.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload
    }

    /// Writes the data of a scan. Both Huffman tables have the categories 0 to 6, each as its number in three bits.
    private struct BitWriter {
        private var bytes: [UInt8] = []
        private var pending: UInt32 = 0
        private var count = 0

        /// Without zeros before it: the category stands for the run, too. `value`: -63...63.
        mutating func put(coefficient value: Int) {
            let category = Int.bitWidth - value.magnitude.leadingZeroBitCount
            put(UInt32(category), bits: 3)
            put(UInt32(value < 0 ? value + (1 << category) - 1 : value), bits: category)
        }

        private mutating func put(_ value: UInt32, bits: Int) {
            pending = pending << UInt32(bits) | value
            count += bits
            while count >= 8 {
                let byte = UInt8(truncatingIfNeeded: pending >> UInt32(count - 8))
                bytes.append(byte)
                // A byte FF would begin a marker.
                if byte == 0xFF { bytes.append(0) }
                count -= 8
            }
        }

        mutating func finished() -> [UInt8] {
            if count > 0 { put(0xFF >> UInt32(count), bits: 8 - count) }
            return bytes
        }
    }
}
