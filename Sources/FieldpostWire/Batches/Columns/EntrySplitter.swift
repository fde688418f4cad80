import FieldpostCore

/// Takes an entry's bytes apart: its shape, and its values in order (PROTOCOL.md, 7.9).
///
/// Only bytes that the shape and the values give back exactly are split: known keys, and numbers and lengths in the
/// fewest bytes. Everything that `EntryWriter` writes is like that.
struct EntrySplitter {
    private let members = EntryPart.members
    /// The shape of the last entry.
    private(set) var shape: [UInt8] = []
    /// The values of the last entry: a number, or where bytes stand in the entry, as `start << 32 | end`.
    private(set) var values: [UInt64] = []

    /// Returns false when the bytes cannot be split. Then `shape` and `values` mean nothing.
    mutating func split(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        shape.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        return !bytes.isEmpty && split(bytes, 0..<bytes.count, part: .entry)
    }

    static func range(_ value: UInt64) -> Range<Int> { Int(value >> 32)..<Int(value & 0xFFFF_FFFF) }

    private mutating func split(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, part: EntryPart
    ) -> Bool {
        var position = range.lowerBound
        while position < range.upperBound {
            let key = bytes[position]
            position += 1
            guard key < 0x80, let member = members[Int(part.rawValue) << 7 | Int(key)],
                let value = Varint.readShortest(bytes, at: &position, end: range.upperBound)
            else { return false }
            shape.append(key)
            if case .number = member {
                values.append(value)
                continue
            }
            guard value <= UInt64(range.upperBound - position) else { return false }
            let end = position + Int(value)
            switch member {
            case .number: break
            case .bytes: values.append(UInt64(position) << 32 | UInt64(end))
            case .part(let inner):
                guard split(bytes, position..<end, part: inner) else { return false }
                shape.append(EntryShape.end)
            case .name:
                guard value < 0x80 else { return false }
                shape.append(UInt8(value))
                shape.append(contentsOf: bytes[position..<end])
            }
            position = end
        }
        return true
    }
}
