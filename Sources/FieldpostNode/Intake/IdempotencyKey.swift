import Crypto
package import FieldpostCore

/// The text by which a sender names one change. A change that is sent again with the same key is made only once.
///
/// If the key is a UUID, it is the entry's id. The exception is the UUID of zeros, which names no report. For another
/// text, the id is a hash of the text, which is the same on every node and for every way in. So keys must be unique
/// among all senders.
package struct IdempotencyKey: Hashable, Sendable {
    private static let tag = Array("fieldpost idempotency 1".utf8)
    private static let strangerTag = Array("fieldpost stranger's key 1".utf8)

    /// The id of the entry that the key names.
    package let entry: EntryID

    /// The id of the entry for somebody whom nobody knows. It is in a space of their own, because their keys may be ids
    /// or keys of others. `report`: the report that it is for. Nil: a new one without a receipt.
    func entry(ofStrangerFor report: ReportID?) -> EntryID {
        var hasher = SHA256()
        hasher.update(data: Self.strangerTag)
        hasher.update(data: withUnsafeBytes(of: entry.value.bigEndian) { Array($0) })
        hasher.update(data: withUnsafeBytes(of: (report?.value ?? 0).bigEndian) { Array($0) })
        guard let id = EntryID(bytes: Hash256(hasher.finalize()).bytes.prefix(EntryID.byteCount)) else {
            preconditionFailure("a hash is longer than an id")
        }
        return id
    }

    /// Nil unless the text has 1 to `Limits.idempotencyKeyCharacters` visible ASCII characters.
    package init?(_ text: String) {
        guard (1...Limits.idempotencyKeyCharacters).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        if let id = EntryID(text: text), ReportID(id.value) != .none {
            entry = id
        } else {
            var hasher = SHA256()
            hasher.update(data: Self.tag)
            hasher.update(data: Array(text.utf8))
            guard let id = EntryID(bytes: Hash256(hasher.finalize()).bytes.prefix(EntryID.byteCount)) else {
                preconditionFailure("a hash is longer than an id")
            }
            entry = id
        }
    }
}
