import FieldpostCore

/// Reads one part of an entry. Fields must come in ascending order of their numbers, each only once unless it is
/// repeated. Each value is checked when it is read.
struct PartReader {
    private var fields: FieldReader
    /// The highest field number that this version knows here. Fields with higher numbers may be repeated.
    private let known: Int
    private let repeated: ClosedRange<Int>?
    private var lastNumber = 0
    private var value = FieldReader.Value.fixed

    init(_ bytes: [UInt8], in range: Range<Int>, known: Int, repeated: ClosedRange<Int>? = nil) {
        fields = FieldReader(bytes, in: range)
        self.known = known
        self.repeated = repeated
    }

    /// Moves to the next field and gives its number; nil at the end.
    mutating func next() throws(FieldFault) -> Int? {
        guard let field = try fields.next() else { return nil }
        let mayRepeat = field.number > known || repeated?.contains(field.number) == true
        guard field.number > lastNumber || (field.number == lastNumber && mayRepeat) else {
            throw .malformed("field \(field.number) comes after field \(lastNumber)")
        }
        lastNumber = field.number
        value = field.value
        return field.number
    }

    // MARK: The value of the field that `next` moved to

    func integer() throws(FieldFault) -> UInt64 {
        guard case .varint(let value) = value else { throw wrongForm }
        return value
    }

    func integer32() throws(FieldFault) -> UInt32 {
        guard let value = UInt32(exactly: try integer()) else {
            throw .malformed("field \(lastNumber) is out of range")
        }
        return value
    }

    func zigzag() throws(FieldFault) -> Int64 {
        let value = try integer()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    /// The bytes of a part.
    func part() throws(FieldFault) -> Range<Int> {
        guard case .bytes(let range) = value else { throw wrongForm }
        return range
    }

    func text(limit: Int) throws(FieldFault) -> String {
        let range = try part()
        guard range.count <= limit else {
            throw .malformed("a text of \(range.count) bytes; the limit is \(limit)")
        }
        guard let text = try? UTF8Span(validating: fields.bytes.span.extracting(range)) else {
            throw .malformed("a text that is not UTF-8")
        }
        return String(copying: text)
    }

    func id<ID: Identifier128>() throws(FieldFault) -> ID {
        let range = try part()
        guard range.count == ID.byteCount else { throw wrongSize(range, ID.byteCount) }
        return ID(value(at: range.lowerBound))
    }

    func hash() throws(FieldFault) -> Hash256 {
        let range = try part()
        guard let hash = hash(in: range) else { throw wrongSize(range, Hash256.byteCount) }
        return hash
    }

    func origin() throws(FieldFault) -> Origin {
        let range = try part()
        let incarnationAt = range.lowerBound + Hash256.byteCount
        guard range.count == Origin.byteCount, let node = hash(in: range.lowerBound..<incarnationAt) else {
            throw wrongSize(range, Origin.byteCount)
        }
        return Origin(node: NodeID(node), incarnation: Incarnation(value(at: incarnationAt)))
    }

    /// The 16 bytes at an index.
    private func value(at index: Int) -> UInt128 {
        fields.bytes.withUnsafeBytes { UInt128(bigEndian: $0.loadUnaligned(fromByteOffset: index, as: UInt128.self)) }
    }

    private func hash(in range: Range<Int>) -> Hash256? {
        fields.bytes.withUnsafeBytes { Hash256(raw: UnsafeRawBufferPointer(rebasing: $0[range])) }
    }

    private var wrongForm: FieldFault { .malformed("field \(lastNumber) has the wrong wire type") }

    private func wrongSize(_ range: Range<Int>, _ expected: Int) -> FieldFault {
        .malformed("an identifier of \(range.count) bytes instead of \(expected)")
    }
}
