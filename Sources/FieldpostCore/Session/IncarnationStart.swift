/// Why and when a journal begins a new incarnation.
package struct IncarnationStart: Hashable, Sendable {
    package let cause: Cause
    /// The stamp of the incident that reports it.
    package let stamp: Stamp

    package enum Cause: Hashable, Sendable {
        /// The database is older than its lease. `last`: the last incarnation that the node wrote in, if known.
        case restored(reason: String, last: Incarnation?)
        /// A peer holds more of this node's present origin than this journal does: the whole machine was restored.
        case rewound(Origin, held: UInt64, peer: UInt64)
        /// A peer knows a later incarnation of this node that this journal does not contain.
        case laterIncarnation(than: Origin)
        /// After `agreed`, a peer holds other entries of an origin of this node than this journal does. The journal was
        /// restored and written to since.
        case forked(Origin, agreed: UInt64)
        /// An entry of this node and its hash are both corrupt, so the chain cannot continue over it.
        case broken(Origin, after: UInt64)
        /// At central: a gateway has receipts, or entries of the feed, that this journal does not contain.
        case centralRestored(gateway: NodeID)
    }

    package init(_ cause: Cause, stamp: Stamp) {
        self.cause = cause
        self.stamp = stamp
    }
}
