package import FieldpostCore

/// Entries of all origins, as bytes, with the chain that proves their order.
package protocol EntryStore: Sendable {
    // MARK: Runs

    /// H(seq) of an origin; nil where that seq is not held. H(0) is known of every origin.
    func chain(of origin: Origin, at seq: UInt64) async throws(JournalError) -> Hash256?

    /// The entries of an origin after `seq`; nil when there is none. Throws `.broken` where nothing proves the first of
    /// them.
    func run(of origin: Origin, after seq: UInt64, limit: RunLimit) async throws(JournalError) -> EntryRun?

    /// Stores a contiguous run of another node's entries. `chainBefore`: H before the first of them. `stamp`: for the
    /// incident, should the entries show that this store was restored from a copy.
    ///
    /// Throws `.violation` when the run does not follow on what is held, or differs from it, and `.noRoom` when the
    /// disk has room only for urgent reports made here.
    func ingest(
        _ entries: [SealedEntry], of origin: Origin, after chainBefore: Hash256, stamp: Stamp
    ) async throws(JournalError) -> Ingested

    // MARK: Fetches

    /// What is held of a range, as far as the limit goes. `gateway`: at central, for whom; what is outside the scope of
    /// that gateway counts as not held.
    func fetch(
        _ range: Fetch.Range, for gateway: NodeID?, limit: RunLimit
    ) async throws(JournalError) -> FetchedRun

    /// Stores entries that a peer gave back. What central gave back of a gateway's own entries counts as a receipt.
    /// Throws `.violation(badBatch)` for an entry that was not asked for, and `.noRoom` as `ingest`.
    func restore(
        _ entries: [SealedEntry], proofs: [Dot: Proof], asked range: Fetch.Range, from peer: NodeID, stamp: Stamp
    ) async throws(JournalError) -> Restored

    /// Entries that are corrupt, withheld or being rehydrated here, for a peer that may hold them.
    func missing() async throws(JournalError) -> [Fetch.Range]

    // MARK: Corruption and quarantine

    /// Checks the next part of the store, marks what is corrupt, and repairs what follows from entries. `bytes`: about
    /// how much to read. Throws `.damaged` when the store's own structure is broken.
    func scrub(_ cursor: ScrubCursor, bytes: Int) async throws(JournalError) -> ScrubStep

    /// Where the last process stopped to scrub, or `.start` if something seems damaged.
    func scrubCursor() async throws(JournalError) -> ScrubCursor

    /// Stores where the next process goes on to scrub.
    func keep(_ cursor: ScrubCursor) async throws(JournalError)

    /// Marks entries that were found corrupt when they were read for a peer.
    func noteCorruption(of origin: Origin, seqs: [UInt64]) async throws(JournalError)

    /// Entries that are kept but not merged, in order of their place, at most `limit`.
    func quarantine(limit: Int) async throws(JournalError) -> [QuarantinedEntry]

    /// One quarantined entry. `dot`: as `Dot.description` gives it. Nil if none has such a dot.
    func quarantined(at dot: String) async throws(JournalError) -> QuarantinedBytes?

    /// Reads quarantined entries again, as this version understands them, and stores those that can be read as if they
    /// had just come. `dot`: only that one; nil: all. Entries of other causes than `.unreadable` stay as they are.
    func replayQuarantine(at dot: String?) async throws(JournalError) -> QuarantineReplay
}

extension EntryStore {
    /// As many quarantined entries as fit on one page.
    package func quarantine() async throws(JournalError) -> [QuarantinedEntry] {
        try await quarantine(limit: Limits.pageReports)
    }

    /// All of them. Returns how many could be merged now.
    package func replayQuarantine() async throws(JournalError) -> Int { try await replayQuarantine(at: nil).merged }
}
