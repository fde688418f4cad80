package import FieldpostCore

/// A contiguous run of one origin's entries, as bytes, ready to be sent. Never empty.
package struct EntryRun: Sendable {
    package let origin: Origin
    package let firstSeq: UInt64
    package let lastSeq: UInt64
    /// H before the first entry.
    package let chainBefore: Hash256
    /// H at the last entry.
    package let chainAfter: Hash256
    package let entries: [PackedEntry]
    /// The seqs of corrupt entries. They are sent by their hash alone.
    package let corrupt: [UInt64]

    package init(
        origin: Origin, firstSeq: UInt64, lastSeq: UInt64, chainBefore: Hash256, chainAfter: Hash256,
        entries: [PackedEntry], corrupt: [UInt64]
    ) {
        self.origin = origin
        self.firstSeq = firstSeq
        self.lastSeq = lastSeq
        self.chainBefore = chainBefore
        self.chainAfter = chainAfter
        self.entries = entries
        self.corrupt = corrupt
    }
}

/// How much a run may hold.
package struct RunLimit: Sendable {
    package var bytes: Int
    package var entries: Int

    package init(bytes: Int = Limits.batchTargetRawBytes, entries: Int = Limits.batchEntries) {
        self.bytes = bytes
        self.entries = entries
    }
}
