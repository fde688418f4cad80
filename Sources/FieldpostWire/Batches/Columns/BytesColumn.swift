import FieldpostCore

/// A column of byte strings (PROTOCOL.md, 7.11): a column of codes, a column of the lengths of all new strings, and
/// the new strings. The code of a string says whether it is new, the one before it, or one that was new earlier.
enum BytesColumn {
    static let new: UInt64 = 0
    static let sameAsLast: UInt64 = 1
    /// The code of the first string of the column; the second one has one more, and so on.
    static let firstKnown: UInt64 = 2
}

/// Reads the strings of a column one after the other.
struct BytesReader {
    private var codes: NumberReader
    /// The new strings, unpacked, one behind the other.
    private var strings: [UInt8]
    private var ends: [Int] = []
    /// How many of them were read.
    private var known = 0
    private var last = 0

    /// Reads the column at `position`, which has `count` values, and moves `position` behind it.
    ///
    /// `limit`: the bytes that all new strings may have together. Throws `badBatch`.
    init(
        _ form: [UInt8], at position: inout Int, count: Int, isText: Bool, limit: Int
    ) throws(Violation) {
        guard let codes = NumberReader(form, at: &position, count: count) else { throw Self.torn }
        self.codes = codes
        strings = []
        let new = form.withUnsafeBufferPointer { form in
            var counting = codes
            return (0..<count).count { _ in counting.next(form) == BytesColumn.new }
        }
        guard new > 0, var lengths = NumberReader(form, at: &position, count: new) else { throw Self.torn }
        ends.reserveCapacity(new)
        let isGood = form.withUnsafeBufferPointer { form in
            for _ in 0..<new {
                let length = lengths.next(form)
                guard length <= UInt64(form.count - position) else { return false }
                let content = UnsafeBufferPointer(rebasing: form[position..<position + Int(length)])
                if isText {
                    guard PackedText.unpack(content, to: &strings, limit: limit - strings.count) else { return false }
                } else {
                    guard content.count <= limit - strings.count else { return false }
                    strings.append(contentsOf: content)
                }
                position += Int(length)
                ends.append(strings.count)
            }
            return true
        }
        guard isGood else { throw Self.torn }
    }

    /// Appends the next string to `bytes`, behind its length when `isCounted`. Throws `badBatch` when its code names
    /// none that was read before, and when `bytes` would become longer than `limit`.
    mutating func append(
        to bytes: inout [UInt8], isCounted: Bool, limit: Int, _ form: [UInt8]
    ) throws(Violation) {
        let code = form.withUnsafeBufferPointer { codes.next($0) }
        switch code {
        case BytesColumn.new:
            last = known
            known += 1
        case BytesColumn.sameAsLast: break
        default: last = Int(truncatingIfNeeded: min(code - BytesColumn.firstKnown, UInt64(Int32.max)))
        }
        guard last < known else { throw Violation(.badBatch, "a value of a column that was not there before") }
        let range = (last == 0 ? 0 : ends[last - 1])..<ends[last]
        guard range.count <= limit - bytes.count else {
            throw Violation(.badBatch, "the entries have more bytes than declared")
        }
        if isCounted { Varint.append(UInt64(range.count), to: &bytes) }
        bytes.append(contentsOf: strings[range])
    }

    private static let torn = Violation(.badBatch, "a column of bytes that is torn, or too large")
}
