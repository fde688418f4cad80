/// The progress of a resync.
package struct ResyncState: Codable, Hashable, Sendable {
    /// Entries compared so far, of `total`.
    package var done: UInt64
    package var total: UInt64
    /// Entries that were missing here and were added.
    package var added: UInt64
    package var isFinished: Bool

    private enum CodingKeys: String, CodingKey {
        case done, total, added
        case isFinished = "is_finished"
    }

    package init(done: UInt64, total: UInt64, added: UInt64, isFinished: Bool) {
        self.done = done
        self.total = total
        self.added = added
        self.isFinished = isFinished
    }
}
