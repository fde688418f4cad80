package import FieldpostCore

/// The answer to a peer's fetch. See `Fetched`.
package struct FetchedRun: Sendable {
    /// The range was searched up to this dot. Nil if it contained nothing.
    package let upTo: Dot?
    package let isLast: Bool
    /// At a gateway: central's proof of each entry, or `.absent` if there is none.
    package var proofs: [Proof] = []
    /// For a range of one origin: entries without a gap from the first seq asked for. A corrupt entry is given by its
    /// hash alone. For other ranges: the entries that are not corrupt.
    package let entries: [PackedEntry]

    package init(upTo: Dot?, isLast: Bool, proofs: [Proof] = [], entries: [PackedEntry]) {
        self.upTo = upTo
        self.isLast = isLast
        self.proofs = proofs
        self.entries = entries
    }
}
