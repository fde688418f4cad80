import FieldpostCore

/// The identity under which a journal writes.
struct JournalIdentity: Hashable, Sendable {
    /// The node, in this incarnation of its journal.
    var origin: Origin
    /// The incarnation before this one. Nil for the first.
    var predecessor: Incarnation?
}
