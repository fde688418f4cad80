package import FieldpostCore

/// What a journal holds, in numbers.
package struct JournalStatistics: Hashable, Sendable {
    package let reports: Int
    package let reportsInConflict: Int
    /// Entries that are kept but not merged: all of them, and those whose bytes are corrupt or never arrived.
    package let quarantined: Int
    package let corrupt: Int
    /// At a gateway: what was pruned, and what is kept.
    package let retention: RetentionStatistics
    /// The number of orphans: bytes that are kept without a place among the entries.
    package let orphans: Int
    /// At central: unconfirmed entries. A gateway gave them without a proof, and their author has not sent them yet.
    package let unconfirmed: Int
    /// At central: entries that are held ahead of their chain.
    package let early: Int
    /// Own entries that central keeps but cannot read.
    package let unread: Int
    /// At central: the names of gateways with a second incarnation that waits for an administrator.
    package let clones: [String]
    /// The size of the database file and of its write-ahead log.
    package let fileBytes: Int
    /// The size of the write-ahead log alone.
    package let walBytes: Int
    package let origins: [OriginStatistics]
    package let gateways: [GatewayStatistics]

    package init(
        reports: Int, reportsInConflict: Int, quarantined: Int, corrupt: Int, retention: RetentionStatistics,
        orphans: Int, unconfirmed: Int, early: Int, unread: Int, clones: [String], fileBytes: Int, walBytes: Int,
        origins: [OriginStatistics], gateways: [GatewayStatistics]
    ) {
        self.reports = reports
        self.reportsInConflict = reportsInConflict
        self.quarantined = quarantined
        self.corrupt = corrupt
        self.retention = retention
        self.orphans = orphans
        self.unconfirmed = unconfirmed
        self.early = early
        self.unread = unread
        self.clones = clones
        self.fileBytes = fileBytes
        self.walBytes = walBytes
        self.origins = origins
        self.gateways = gateways
    }

    package struct OriginStatistics: Hashable, Sendable {
        package let head: Head
        package let receipt: UInt64

        package init(head: Head, receipt: UInt64) {
            self.head = head
            self.receipt = receipt
        }
    }

    package struct GatewayStatistics: Hashable, Sendable {
        package let node: NodeID
        package let name: String
        package let grids: [String]
        /// How much of the feed has not been acknowledged: entries, and reports that have left the scope.
        package let feedWaiting: UInt64
        /// The last position that the gateway holds durably.
        package let feedAcknowledged: UInt64
        /// A second incarnation of the gateway waits for an administrator.
        package let hasCloneWaiting: Bool

        package init(
            node: NodeID, name: String, grids: [String], feedWaiting: UInt64, feedAcknowledged: UInt64,
            hasCloneWaiting: Bool
        ) {
            self.node = node
            self.name = name
            self.grids = grids
            self.feedWaiting = feedWaiting
            self.feedAcknowledged = feedAcknowledged
            self.hasCloneWaiting = hasCloneWaiting
        }
    }
}
