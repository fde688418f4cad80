/// How a gateway's journal stands to what central said it holds.
package struct HeadsVerdict: Hashable, Sendable {
    /// How far central's feed was read, if ever, and the last entry of central's held under that cursor.
    package var cursor: FeedCursor?
    package var seen: KnownEntry?
    /// Central's proof of the cursor.
    package var cursorProof: Proof?
    /// Origins of this node whose chains may part from central's.
    package var divergences: [Divergence] = []
    /// Central knows an incarnation of this node that this journal does not, and the present one as well: this journal
    /// is an older copy.
    package var hasLaterIncarnation = false
    /// Entries that are corrupt here, or are known and missing: to be fetched back.
    package var missing: [Fetch.Range] = []

    package init() {}
}

/// An origin of this node, of which central holds other entries, or more.
package struct Divergence: Hashable, Sendable {
    package var origin: Origin
    /// Up to here the chains agree.
    package var agreed: UInt64
    /// At this seq, where this journal reaches so far, they differ; 0 when that is not known.
    package var differing: UInt64
    /// The last seq of the origin here, and at central.
    package var held: UInt64
    package var peer: UInt64

    package init(origin: Origin, agreed: UInt64, differing: UInt64, held: UInt64, peer: UInt64) {
        self.origin = origin
        self.agreed = agreed
        self.differing = differing
        self.held = held
        self.peer = peer
    }
}
