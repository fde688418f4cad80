import FieldpostCore

/// The place of one element in a report's list, as an opaque text for clients. A broken terminal may use an id twice,
/// but the dot of an entry is unique.
struct ListPlace: Hashable {
    private static let form: UInt8 = 2
    private static let byteCount = 1 + Origin.byteCount + 8 + 4

    let dot: Dot
    /// The index in its entry.
    let index: UInt32

    init(dot: Dot, index: UInt32) { (self.dot, self.index) = (dot, index) }

    /// Returns nil if no node made the text.
    init?(text: String) {
        guard text.utf8.count < 2 * Self.byteCount, let bytes = Base64URL.decode(text), bytes.count == Self.byteCount,
            bytes[0] == Self.form, let origin = Origin(bytes: bytes[1...Origin.byteCount])
        else { return nil }
        let numbers = bytes.dropFirst(1 + Origin.byteCount)
        dot = Dot(origin, numbers.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
        index = numbers.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    var text: String {
        Base64URL.encode(
            [Self.form] + dot.origin.bytes + withUnsafeBytes(of: dot.seq.bigEndian) { Array($0) }
                + withUnsafeBytes(of: index.bigEndian) { Array($0) })
    }
}
