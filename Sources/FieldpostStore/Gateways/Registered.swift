package import FieldpostCore

/// What central learned about a gateway from its hello.
package struct Registered: Hashable, Sendable {
    /// The heads of the gateway's origins that this journal holds.
    package let heads: [Head]
    /// Central's proofs of these heads.
    package let proofs: [Origin: HeadProof]
    /// The gateway keeps entries of others that central may have lost.
    package let wantsFetch: Bool
    /// Entries of any origin that are corrupt or withheld here.
    package let missing: [Fetch.Range]
    /// What this journal holds ahead of the chain of the gateway's present origin.
    package let early: [DurableEntry]
    /// The gateway proves that it has receipts for entries that this journal does not hold. So this journal was
    /// restored from a copy, and has begun a new incarnation.
    package let hasBegun: Bool

    package init(
        heads: [Head], proofs: [Origin: HeadProof], wantsFetch: Bool, missing: [Fetch.Range],
        early: [DurableEntry] = [], hasBegun: Bool
    ) {
        self.heads = heads
        self.proofs = proofs
        self.wantsFetch = wantsFetch
        self.missing = missing
        self.early = early
        self.hasBegun = hasBegun
    }
}
