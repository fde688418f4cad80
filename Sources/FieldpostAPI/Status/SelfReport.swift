/// What a gateway last told central of itself. Central shows it and cannot check it.
package struct SelfReport: Codable, Hashable, Sendable {
    /// How long ago it came.
    package var secondsAgo: UInt64
    /// How long the node had run then.
    package var uptimeSeconds: UInt64
    package var version: String
    /// As `NodeStatus.DiskStage`; "unknown-9" for one that this version does not know.
    package var diskStage: String
    /// Entries that had no receipt of central, and those of urgent reports among them.
    package var entries: Backlog
    package var urgent: Backlog
    /// Photos and clips that were there and that central was not known to hold.
    package var photos: Backlog
    /// When these would be through. Nil if nobody could say.
    package var photosThroughSeconds: UInt64?
    /// Why they waited, as in `LinkState`, or "unknown-9". Nil: they went.
    package var photosWaitFor: String?
    /// The class of the link in use.
    package var link: String?
    /// What was left of its budgets. Nil: without a limit.
    package var dayBytesLeft: UInt64?
    package var monthBytesLeft: UInt64?
    /// What its alarms are about, each once: "disk", "incident", and so on, or "unknown-9".
    package var alarms: [String]

    package struct Backlog: Codable, Hashable, Sendable {
        package var count: UInt64
        /// Of photos. 0 for entries.
        package var bytes: UInt64
        /// The age of the oldest. Nil if there is none, or nobody knows.
        package var oldestSeconds: UInt64?

        package init(count: UInt64, bytes: UInt64, oldestSeconds: UInt64?) {
            self.count = count
            self.bytes = bytes
            self.oldestSeconds = oldestSeconds
        }

        private enum CodingKeys: String, CodingKey {
            case count, bytes
            case oldestSeconds = "oldest_seconds"
        }
    }

    package init(
        secondsAgo: UInt64, uptimeSeconds: UInt64, version: String, diskStage: String, entries: Backlog,
        urgent: Backlog, photos: Backlog, alarms: [String]
    ) {
        self.secondsAgo = secondsAgo
        self.uptimeSeconds = uptimeSeconds
        self.version = version
        self.diskStage = diskStage
        self.entries = entries
        self.urgent = urgent
        self.photos = photos
        self.alarms = alarms
    }

    private enum CodingKeys: String, CodingKey {
        case version, entries, urgent, photos, link, alarms
        case secondsAgo = "seconds_ago"
        case uptimeSeconds = "uptime_seconds"
        case diskStage = "disk_stage"
        case photosThroughSeconds = "photos_through_seconds"
        case photosWaitFor = "photos_wait_for"
        case dayBytesLeft = "day_bytes_left"
        case monthBytesLeft = "month_bytes_left"
    }
}
