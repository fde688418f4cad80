/// What a gateway keeps after central's receipt, and what it pruned. Times are its own running time.
package struct RetentionState: Codable, Hashable, Sendable {
    /// How long it keeps what central also holds.
    package var seconds: UInt64
    /// How long ago the oldest kept report last changed. Nil if no report is kept.
    package var oldestSeconds: UInt64?
    /// Reports that this node has pruned. They are included in the count of reports. Central has them.
    package var reportsPruned: Int
    /// Entries pruned so far, and the bytes of their bodies.
    package var entriesPruned: Int
    package var bytesPruned: Int
    /// Entries that are being fetched from central because something new came for their reports.
    package var entriesRehydrating: Int
    /// Free bytes inside the database file.
    package var reusableBytes: Int

    private enum CodingKeys: String, CodingKey {
        case seconds
        case oldestSeconds = "oldest_seconds"
        case reportsPruned = "reports_pruned"
        case entriesPruned = "entries_pruned"
        case bytesPruned = "bytes_pruned"
        case entriesRehydrating = "entries_rehydrating"
        case reusableBytes = "reusable_bytes"
    }

    package init(
        seconds: UInt64, oldestSeconds: UInt64?, reportsPruned: Int, entriesPruned: Int, bytesPruned: Int,
        entriesRehydrating: Int, reusableBytes: Int
    ) {
        self.seconds = seconds
        self.oldestSeconds = oldestSeconds
        self.reportsPruned = reportsPruned
        self.entriesPruned = entriesPruned
        self.bytesPruned = bytesPruned
        self.entriesRehydrating = entriesRehydrating
        self.reusableBytes = reusableBytes
    }
}
