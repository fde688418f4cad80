/// Why a journal begins a new incarnation, and when.
package struct IncarnationStart: Hashable, Sendable {
    package let cause: Cause
    /// Stamps the incident that says so.
    package let stamp: Stamp

    package enum Cause: Hashable, Sendable {
        /// The database is older than its lease. `last`: the incarnation that the node wrote under last, when known.
        case restored(reason: String, last: Incarnation?)
        /// A peer holds more of this node's present origin than this journal does: the whole machine was put back.
        case rewound(Origin, held: UInt64, peer: UInt64)
        /// A peer holds a later incarnation of this node, which this journal knows nothing of.
        case laterIncarnation(than: Origin)
        /// After `agreed`, a peer holds other entries of an origin of this node than this journal: it was put back, and
        /// written to since.
        case forked(Origin, agreed: UInt64)
        /// An own entry and its hash are both corrupt: the chain cannot go on over it.
        case broken(Origin, after: UInt64)
        /// At central: a gateway has receipts, or entries of the feed, that this journal knows nothing of.
        case centralRestored(gateway: NodeID)
    }

    package init(_ cause: Cause, stamp: Stamp) {
        self.cause = cause
        self.stamp = stamp
    }
}
