import FieldpostCore

/// An edit of a report through the API. Sent again under the same key it does nothing twice.
///
/// One value rather than parameters: Swift 6.3.1 miscompiles asynchronous calls that pass 128-bit ids on the stack.
struct ReportEdit: Hashable, Sendable {
    /// The fields to set, by their names in the API; `.null` empties one. `author` and `comment` may stand among them.
    var fields: [String: JSONValue]
    /// The `ETag` last seen; nil: on the node's current state.
    var version: String?
    var key = EntryID.random()

    var headers: [(String, String)] {
        [("Idempotency-Key", key.description)] + (version.map { [("If-Match", $0)] } ?? [])
    }
}
