/// The result of comparing a gateway's journal with the heads that central sent.
package struct HeadsVerdict: Hashable, Sendable {
    /// How far central's feed was read, if ever, and the last entry of central that is held under that cursor.
    package var cursor: FeedCursor?
    package var seen: KnownEntry?
    /// Central's proof of the cursor.
    package var cursorProof: Proof?
    /// Origins of this node whose chains may differ from central's.
    package var divergences: [Divergence] = []
    /// Central knows the present incarnation of this node and also a later one that this journal does not have: this
    /// journal is an older copy.
    package var hasLaterIncarnation = false
    /// Entries that are corrupt here, or known to be missing. They are to be fetched.
    package var missing: [Fetch.Range] = []

    package init() {}
}

/// An origin of this node for which central holds other entries, or more entries.
package struct Divergence: Hashable, Sendable {
    package var origin: Origin
    /// The chains agree up to this seq.
    package var agreed: UInt64
    /// The chains differ at this seq, if this journal reaches it; 0 when it is not known.
    package var differing: UInt64
    /// The last seq of the origin here and at central.
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
