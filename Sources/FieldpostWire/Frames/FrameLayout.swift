import CZlib

/// The layout of a frame, in bytes (PROTOCOL.md, section 3):
///
/// `u32 length | u8 type | u8 flags | u16 stream | payload | u32 CRC-32`, all big-endian. The length counts the body:
/// everything after the length, from the type to the checksum. The checksum covers everything before it, including the
/// length.
enum FrameLayout {
    static let lengthBytes = 4
    /// Length, type, flags and stream.
    static let headerBytes = 8
    static let checksumBytes = 4
    /// The body of a frame without payload.
    static let leastBody = headerBytes - lengthBytes + checksumBytes

    /// CRC-32 as in zlib and IEEE 802.3 (polynomial 0xEDB88320, reflected, start and end inverted).
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count))) }
    }

    static func readUInt32(_ bytes: [UInt8], at index: Int) -> UInt32 {
        bytes[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    static func readUInt16(_ bytes: [UInt8], at index: Int) -> UInt16 {
        UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    static func append(_ value: UInt16, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
