/// What a gateway keeps after central's receipt, and what it let go of. Times are its own running time.
package struct RetentionState: Codable, Hashable, Sendable {
    /// For how long it keeps what central holds too.
    package var seconds: UInt64
    /// How long ago the oldest report kept was last touched; nil when none is kept.
    package var oldestSeconds: UInt64?
    /// Reports that this node holds no longer, of all that it counts. Central has them.
    package var reportsPruned: Int
    /// Entries pruned so far, and the bytes of their bodies.
    package var entriesPruned: Int
    package var bytesPruned: Int
    /// Entries on their way back from central, since something new came for their reports.
    package var entriesRehydrating: Int
    /// Bytes inside the database file that are free to be written again.
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
