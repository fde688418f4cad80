package import FieldpostCore

/// At central: makes proofs of what it tells gateways, from its key and without reading. See PROTOCOL.md, 8.20.
package protocol ProofSigner: Sendable {
    /// Proof of a receipt; nil without a key. `incarnation`: the one that the session speaks as.
    func proof(of head: Head, to gateway: NodeID, in incarnation: Incarnation) -> HeadProof?

    /// Proof of a position in the feed; nil without a key.
    func proof(of cursor: FeedCursor, to gateway: NodeID) -> Proof?

    /// A proof of each entry of a run of the feed, in their order; empty without a key.
    func proofs(of entries: [[UInt8]], to gateway: NodeID) -> [Proof]
}
