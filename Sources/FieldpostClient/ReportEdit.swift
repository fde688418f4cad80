package import FieldpostCore

/// An edit of a report through the API. With the same key, a repeated edit is not performed twice.
///
/// It is one value instead of several parameters, because Swift 6.3.1 miscompiles asynchronous calls that pass 128-bit
/// ids on the stack.
package struct ReportEdit: Hashable, Sendable {
    /// The fields to set, by their names in the API; `.null` clears a field. It may also contain `author` and
    /// `comment`.
    package var fields: [String: JSONValue]
    /// The `ETag` last seen; nil means the node's current state.
    package var version: String?
    package var key: EntryID

    package init(fields: [String: JSONValue], version: String? = nil, key: EntryID = .random()) {
        self.fields = fields
        self.version = version
        self.key = key
    }

    var headers: [(String, String)] {
        [("Idempotency-Key", key.description)] + (version.map { [("If-Match", $0)] } ?? [])
    }
}
