package import FieldpostCore

/// Central's feeds: written at central, read by gateways.
package protocol FeedStore: Sendable {
    // MARK: At central

    /// The feed of a gateway after a position; nil when there is nothing more. What has left the gateway's scope is
    /// not in it.
    func feed(of gateway: NodeID, after position: UInt64, limit: RunLimit) async throws(JournalError) -> FeedRun?

    /// Does one step of what changes of grids add to feeds. Call it at the start and after each commit. Returns whether
    /// more is left. It is cheap when nothing is.
    func backfillFeeds() async throws(JournalError) -> Bool

    /// A gateway says that it holds its feed durably up to a position.
    func acknowledgeFeed(_ node: NodeID, position: UInt64) async throws(JournalError)

    /// A gateway holds all that it was sent, and nothing between that and this position was for it. The gateway does
    /// not know this position.
    func passFeed(_ node: NodeID, position: UInt64) async throws(JournalError)

    /// Deletes a bounded number of rows of feeds that their gateways hold. Returns where the next step goes on, or nil
    /// at the end of the round. `kept`: a gateway with at most so many such rows keeps them.
    func trimFeeds(_ cursor: TrimCursor, keeping kept: Int) async throws(JournalError) -> TrimCursor?

    /// Checks a gateway's position in its feed, and returns from where the feed is to be served. A position that cannot
    /// be proved counts for nothing: then it is the last one that the gateway acknowledged. Returns nil when the
    /// gateway proves that this store was restored from a copy: then a new incarnation has begun.
    func checkFeed(of gateway: NodeID, against pull: FeedPull, stamp: Stamp) async throws(JournalError) -> FeedCursor?

    // MARK: At a gateway

    /// How far central's feed was read; nil before the first run.
    func feedCursor(of central: NodeID) async throws(JournalError) -> FeedCursor?

    /// Stores a run of central's feed, the cursor after it, and central's proofs of both, in one commit. `withdrawn`
    /// and `vacated` count before the entries: see `FeedBatch`. Throws `.noRoom` as `EntryStore.ingest`.
    func absorb(
        _ entries: [SealedEntry], proofs: [Dot: Proof], withdrawn: [ReportID], vacated: [KnownEntry],
        from central: NodeID, upTo cursor: FeedCursor, proof: Proof?, stamp: Stamp
    ) async throws(JournalError) -> Absorbed
}
