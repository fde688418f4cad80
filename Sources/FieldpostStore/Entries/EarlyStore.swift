package import FieldpostCore

/// Urgent entries that a gateway sends ahead of its chain.
package protocol EarlyStore: Sendable {
    /// At a gateway: its own entries of urgent reports that central may lack, in the order in which they became urgent.
    /// `after`: the number up to which they are known. Leaves out entries above `Limits.earlyEntryBytes`.
    func urgent(after number: UInt64, limit: RunLimit) async throws(JournalError) -> UrgentRun

    /// At a gateway: compares an entry that central holds of this node's present origin with the journal. Returns why a
    /// new incarnation must begin: this journal lacks the entry or holds another one, so it was restored from a copy.
    /// Returns nil if it agrees.
    func compare(early known: KnownEntry) async throws(JournalError) -> IncarnationStart.Cause?

    /// At central: stores an entry that its author sent ahead of the chain. The head of the origin stays where it is.
    /// Returns nil if the entry cannot be merged, or if the origin has no room: then it waits for the chain.
    ///
    /// Throws `.violation(fork)` if another entry is held at the dot, and `.noRoom` as `ingest`.
    func takeEarly(
        _ entry: SealedEntry, from gateway: NodeID, stamp: Stamp
    ) async throws(JournalError) -> DurableEntry?
}

/// Some of a gateway's urgent entries.
package struct UrgentRun: Hashable, Sendable {
    package var entries: [EarlyEntry] = []
    /// The number of the last entry that was examined.
    package var upTo: UInt64
    /// The number of the last entry that is urgent now.
    package var newest: UInt64 = 0
    /// No entry after `upTo` is urgent now.
    package var isLast = true

    package init(upTo: UInt64) { self.upTo = upTo }
}
