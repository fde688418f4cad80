import FieldpostCore

/// Walks the fields of one Protocol Buffers message (developers.google.com "Encoding") inside an array, without
/// copying.
///
/// It is stricter than a generated parser where that costs an honest sender nothing: groups are refused, varints end
/// within ten bytes, and no field reaches beyond the message.
struct FieldReader {
    enum Value {
        case varint(UInt64)
        /// The range of the bytes in the array.
        case bytes(Range<Int>)
        /// Four or eight bytes of fixed width. No field of this protocol has this form.
        case fixed
    }

    struct Field {
        let number: Int
        let value: Value
    }

    let bytes: [UInt8]
    private(set) var position: Int
    private let end: Int

    init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next field, or nil at the end of the message.
    mutating func next() throws(FieldFault) -> Field? {
        guard position < end else { return nil }
        let key = try varint()
        let number = key >> 3
        guard number > 0, number < 1 << 29 else { throw .malformed("a field numbered \(number)") }
        let value: Value
        switch key & 7 {
        case 0: value = .varint(try varint())
        case 1: value = try fixed(8)
        case 2:
            let count = try varint()
            guard count <= UInt64(end - position) else {
                throw .malformed("field \(number) reaches beyond its message")
            }
            value = .bytes(position..<position + Int(count))
            position += Int(count)
        case 5: value = try fixed(4)
        default: throw .malformed("field \(number) has wire type \(key & 7)")
        }
        return Field(number: Int(number), value: value)
    }

    private mutating func varint() throws(FieldFault) -> UInt64 {
        guard let value = Varint.read(bytes, at: &position, end: end) else {
            throw .malformed("a varint that does not end, or is longer than 64 bits")
        }
        return value
    }

    private mutating func fixed(_ count: Int) throws(FieldFault) -> Value {
        guard count <= end - position else { throw .malformed("a fixed field that does not end") }
        position += count
        return .fixed
    }
}

/// Why bytes are not a valid message, for people.
struct FieldFault: Error {
    let reason: String

    static func malformed(_ reason: String) -> FieldFault { FieldFault(reason: reason) }
}
