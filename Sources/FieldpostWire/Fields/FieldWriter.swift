import FieldpostCore

/// Writes the fields of one Protocol Buffers message, in the order of the calls. Values that are 0 or empty are left
/// out, as in proto3. The `always…` forms write them too, for members of a oneof.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int = 0) { bytes.reserveCapacity(count) }

    mutating func integer(_ number: Int, _ value: UInt64) {
        if value != 0 { alwaysInteger(number, value) }
    }

    mutating func alwaysInteger(_ number: Int, _ value: UInt64) {
        key(number, wireType: 0)
        varint(value)
    }

    /// The encoding of `sint32` and `sint64`: short for values near 0 on either side.
    mutating func zigzag(_ number: Int, _ value: Int64) {
        if value != 0 { alwaysZigzag(number, value) }
    }

    mutating func alwaysZigzag(_ number: Int, _ value: Int64) {
        alwaysInteger(number, UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    mutating func text(_ number: Int, _ value: String) {
        if !value.isEmpty { alwaysText(number, value) }
    }

    mutating func alwaysText(_ number: Int, _ value: String) {
        let utf8 = value.utf8
        key(number, wireType: 2)
        varint(UInt64(utf8.count))
        bytes.append(contentsOf: utf8)
    }

    /// A field with bytes or a message. `body` writes it. It may be empty.
    mutating func nested(_ number: Int, _ body: (inout FieldWriter) -> Void) {
        key(number, wireType: 2)
        let lengthAt = bytes.count
        bytes.append(0)
        body(&self)
        Self.setLength(at: lengthAt, in: &bytes)
    }

    mutating func raw(_ append: (inout [UInt8]) -> Void) { append(&bytes) }

    /// The bytes before the content of a field of `count` bytes.
    static func bytesPrefix(_ number: Int, count: Int) -> [UInt8] {
        var writer = FieldWriter()
        writer.key(number, wireType: 2)
        writer.varint(UInt64(count))
        return writer.bytes
    }

    private mutating func key(_ number: Int, wireType: UInt64) { varint(UInt64(number) << 3 | wireType) }

    private mutating func varint(_ value: UInt64) { Varint.append(value, to: &bytes) }

    /// Writes the length of what stands behind `index`, where one byte was reserved. A longer length moves what was
    /// written.
    static func setLength(at index: Int, in bytes: inout [UInt8]) {
        let count = bytes.count - index - 1
        guard count >= 0x80 else {
            bytes[index] = UInt8(count)
            return
        }
        let more = Varint.size(UInt64(count)) - 1
        for _ in 0..<more { bytes.append(0) }
        bytes.withUnsafeMutableBytes { bytes in
            let content = UnsafeRawBufferPointer(rebasing: bytes[index + 1..<index + 1 + count])
            UnsafeMutableRawBufferPointer(rebasing: bytes[(index + 1 + more)...]).copyMemory(from: content)
            var rest = count
            for offset in 0...more {
                bytes[index + offset] = UInt8(rest & 0x7F) | (offset < more ? 0x80 : 0)
                rest >>= 7
            }
        }
    }
}
