/// What a node keeps and cannot merge.
package struct QuarantineList: Codable, Hashable, Sendable {
    /// In order of place, at most `Limits.pageReports`.
    package var entries: [QuarantineState]
    /// The total number of entries.
    package var total: Int
    /// The entries that are corrupt, or whose bytes never arrived. Other nodes are asked for them.
    package var corrupt: Int
    /// Entries of this node that central keeps but cannot read.
    package var unread: Int
    /// Entries that are kept without a place, because their places hold other entries.
    package var orphans: Int

    package init(entries: [QuarantineState], total: Int, corrupt: Int, unread: Int, orphans: Int) {
        self.entries = entries
        self.total = total
        self.corrupt = corrupt
        self.unread = unread
        self.orphans = orphans
    }
}
