/// The position where a listing continues, as an opaque text for clients.
struct ListingCursor {
    let before: Int64

    init(before: Int64) { self.before = before }

    /// Returns nil if this node did not make the text.
    init?(text: String) {
        guard let bytes = Base64URL.decode(text), bytes.count == 9, bytes[0] == 1 else { return nil }
        before = Int64(bitPattern: bytes.dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        guard before > 0 else { return nil }
    }

    var text: String { Base64URL.encode([1] + withUnsafeBytes(of: before.bigEndian) { Array($0) }) }
}
