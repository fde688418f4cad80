/// The result of storing a run of entries from a peer.
package struct Ingested: Hashable, Sendable {
    /// Entries are durable up to here, without a gap.
    package let durable: DurableHead
    package let added: Int
    /// The number of entries that were already held with the same hash.
    package let repeated: Int
    /// The seqs of new entries that cannot be read. Receipts name them.
    package let quarantinedSeqs: [UInt64]

    package init(durable: DurableHead, added: Int, repeated: Int, quarantinedSeqs: [UInt64]) {
        self.durable = durable
        self.added = added
        self.repeated = repeated
        self.quarantinedSeqs = quarantinedSeqs
    }
}
