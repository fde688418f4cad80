import FieldpostCore

/// An edit of a report through the API. With the same key, a repeated edit is not performed twice.
///
/// It is one value instead of several parameters, because Swift 6.3.1 miscompiles asynchronous calls that pass 128-bit
/// ids on the stack.
struct ReportEdit: Hashable, Sendable {
    /// The fields to set, by their names in the API; `.null` clears a field. It may also contain `author` and
    /// `comment`.
    var fields: [String: JSONValue]
    /// The `ETag` last seen; nil means the node's current state.
    var version: String?
    var key = EntryID.random()

    var headers: [(String, String)] {
        [("Idempotency-Key", key.description)] + (version.map { [("If-Match", $0)] } ?? [])
    }
}
