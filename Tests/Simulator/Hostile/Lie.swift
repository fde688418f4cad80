/// What a gateway can lie about, that was let in and has been taken over since.
enum Lie: String, CaseIterable, Sendable {
    // In entries of its own
    /// Their clocks claim what others will write next, or everything they ever can.
    case futureClaims
    /// Clocks with as many writers as fit, whom nobody knows.
    case junkClocks
    /// Depths at and near the limit.
    case greatestDepth
    /// Two of its entries claim to have seen each other.
    case mutualClaims
    /// The ids of others' entries, over other content.
    case stolenIDs
    /// Takes away what others added, without having seen it.
    case blindRemovals
    /// Acts and incidents, as if its administrators had a say at central.
    case events
    /// Bytes that nobody can read.
    case unreadable
    /// Other entries at dots that it sent before.
    case twoFaces

    // In what it says of the session
    /// Receipts that central never gave.
    case falseReceipts
    /// A place in the feed, or an entry of central's, that never was.
    case falseFeed
    /// More incarnations of its own than it ever had.
    case manyHeads
    /// A new incarnation in every session.
    case manyIncarnations
    /// Receipts for a part of the feed that was not sent.
    case feedReceiptsAhead
    /// Questions without an end.
    case manyLocates
    /// Fetches of what is not for it.
    case nosyFetches

    // In answers to central's fetches
    /// Entries in the names of others, central's own among them.
    case foreignEntries
    /// Incarnations of others that never were.
    case inventedIncarnations
    /// Other bytes at the dots that central asked for.
    case falseFetched

    /// Those that the product is held to bearing.
    static let borne = Set(allCases)
}
