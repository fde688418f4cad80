/// What a gateway pruned, and what it keeps.
package struct RetentionStatistics: Hashable, Sendable {
    /// Reports whose bodies are pruned now.
    package let prunedReports: Int
    /// Entries pruned so far, and the bytes of their bodies. An entry that was fetched and pruned again counts twice.
    package let prunedEntries: Int
    package let prunedBytes: Int
    /// Entries that are being fetched from central because something new came for their reports.
    package let rehydrating: Int
    /// Milliseconds of running time for which the oldest report is kept. Nil if there is none.
    package let oldestMilliseconds: UInt64?
    /// Free bytes inside the database.
    package let reusableBytes: Int

    package init(
        prunedReports: Int, prunedEntries: Int, prunedBytes: Int, rehydrating: Int, oldestMilliseconds: UInt64?,
        reusableBytes: Int
    ) {
        self.prunedReports = prunedReports
        self.prunedEntries = prunedEntries
        self.prunedBytes = prunedBytes
        self.rehydrating = rehydrating
        self.oldestMilliseconds = oldestMilliseconds
        self.reusableBytes = reusableBytes
    }
}
