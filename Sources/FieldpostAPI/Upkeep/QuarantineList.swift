/// What a node keeps and cannot merge.
package struct QuarantineList: Codable, Hashable, Sendable {
    /// In order of place, at most `Limits.pageReports`.
    package var entries: [QuarantineState]
    /// How many there are in all.
    package var total: Int
    /// Those of them whose bytes became corrupt or never came: other nodes are asked for them.
    package var corrupt: Int
    /// Entries of this node that central keeps but cannot read.
    package var unread: Int
    /// Entries kept apart, whose places hold others.
    package var orphans: Int

    package init(entries: [QuarantineState], total: Int, corrupt: Int, unread: Int, orphans: Int) {
        self.entries = entries
        self.total = total
        self.corrupt = corrupt
        self.unread = unread
        self.orphans = orphans
    }
}
