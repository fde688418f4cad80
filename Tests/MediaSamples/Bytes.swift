/// Helpers that write numbers and texts as formats store them.
package enum Bytes {
    package static func big(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * (count - 1 - $0))) }
    }

    package static func little(_ value: Int, _ count: Int) -> [UInt8] { big(value, count).reversed() }

    package static func text(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// CRC-32 as in PNG, annex D, bit by bit.
    package static func crc32(_ bytes: [UInt8]) -> Int {
        let crc = bytes.reduce(UInt32.max) { crc, byte in
            (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return Int(~crc)
    }
}
