import FieldpostCore

/// Who a journal writes as.
struct JournalIdentity: Hashable, Sendable {
    /// The node, in this incarnation of its journal.
    var origin: Origin
    /// The incarnation that this one followed; nil for the first.
    var predecessor: Incarnation?
}
