/// The lies of a gateway that was enrolled and has since been taken over.
enum Lie: String, CaseIterable, Sendable {
    // In its own entries
    /// Contexts that claim what others will write next, or everything that they can ever write.
    case futureClaims
    /// Contexts with as many unknown origins as fit.
    case junkContexts
    /// Depths at and near the limit.
    case greatestDepth
    /// Two of its entries claim to have seen each other.
    case mutualClaims
    /// The ids of others' entries, with other content.
    case stolenIDs
    /// Removals of elements that the author had not seen.
    case blindRemovals
    /// Audit events and incidents, as if its administrators had authority at central.
    case events
    /// Unreadable bytes.
    case unreadable
    /// Other entries at dots that it sent before.
    case twoFaces
    /// Entries far ahead of its chain, which then holds others at their dots.
    case falseEarly

    // In what it says about the session
    /// Receipts that central never gave.
    case falseReceipts
    /// A feed position, or an entry of central, that never existed.
    case falseFeed
    /// More incarnations of its own than it ever had.
    case manyHeads
    /// A new incarnation in every session.
    case manyIncarnations
    /// Receipts for a part of the feed that was not sent.
    case feedReceiptsAhead
    /// Questions without an end.
    case manyLocates
    /// Fetches of entries that are not for it.
    case nosyFetches

    // In answers to central's fetches
    /// Entries in the names of others, including central.
    case foreignEntries
    /// Invented incarnations of others.
    case inventedIncarnations
    /// Other bytes at the dots that central asked for.
    case falseFetched

    /// The lies that the product must survive.
    static let borne = Set(allCases)
}
