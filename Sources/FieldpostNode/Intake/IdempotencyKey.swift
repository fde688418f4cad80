import Crypto
package import FieldpostCore

/// The text by which a sender names one change: sent again with the same key, the change is made only once.
///
/// A UUID is the entry's id itself, except the UUID of zeros, which names no report. Of any other text the id is a
/// hash, the same on every node and by every way in. Keys must therefore be unique among all senders.
package struct IdempotencyKey: Hashable, Sendable {
    private static let tag = Array("fieldpost idempotency 1".utf8)

    /// The id of the entry that the key names.
    package let entry: EntryID

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
