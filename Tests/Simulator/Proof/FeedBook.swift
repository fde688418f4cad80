import FieldpostCore

/// How far central's feed was read by whom, as seen from outside.
///
/// Where central is put back to before what a gateway read, and its feed grows beyond that again before the gateway
/// calls, central does not notice (RELIABILITY.md, "What is not proved yet"): the gateway lacks what stands in between.
struct FeedBook {
    /// The last position that each gateway was sent.
    private var sent: [NodeID: UInt64] = [:]
    /// The same when each copy of central was taken.
    private var copies: [UInt64: [NodeID: UInt64]] = [:]
    /// Gateways that read more than central has handed out, as far as it knows by now.
    private var ahead: Set<NodeID> = []
    /// Those of them that called, and central did not notice.
    private(set) var overtaken: Set<NodeID> = []

    mutating func sends(_ gateway: NodeID, upTo cursor: FeedCursor) {
        sent[gateway] = max(sent[gateway] ?? 0, cursor.position)
    }

    mutating func copied(at moment: UInt64) { copies[moment] = sent }

    mutating func putBack(to moment: UInt64) {
        let earlier = copies[moment] ?? [:]
        for (gateway, position) in sent where position > earlier[gateway] ?? 0 { ahead.insert(gateway) }
        sent = earlier
    }

    /// `life`: central's present one.
    mutating func pulls(_ gateway: NodeID, after cursor: FeedCursor, life: Incarnation?) {
        if ahead.contains(gateway), cursor.incarnation == life, cursor.position > 0 { overtaken.insert(gateway) }
    }

    /// A new life of central's: all read its feed from the start.
    mutating func begun() {
        ahead = []
        overtaken = []
        sent = [:]
    }
}
