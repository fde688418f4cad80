/// How a gateway is, by its own account (PROTOCOL.md, 8.27). Central shows it with its age, and decides nothing by it.
///
/// Codes are kept as numbers: a later version may have more of them than this one.
package struct GatewayStatus: Hashable, Sendable {
    /// Since the node started.
    package var uptimeSeconds: UInt64
    /// Of the program: 1 to `Limits.versionBytes` printable ASCII characters.
    package var version: String
    /// How full the disk is: 0 is ample.
    package var diskStage: UInt32 = 0
    /// Entries that central has not confirmed, and those of urgent reports among them.
    package var entries = Backlog()
    package var urgent = Backlog()
    /// Photos and clips that are here and that central is not known to hold.
    package var photos = Backlog()
    /// When these will be through. Nil if nobody can say.
    package var photosThroughSeconds: UInt64?
    /// Why they wait. 0: they go.
    package var photosWaitFor: UInt32 = 0
    /// The class of the link in use, at most `Limits.statusLinkBytes`; empty if nobody knows it.
    package var link = ""
    /// What is left of the budgets of that class. Nil: without a limit.
    package var dayBytesLeft: UInt64?
    package var monthBytesLeft: UInt64?
    /// The codes of alarms, at most `Limits.statusAlarms`.
    package var alarms: [UInt32] = []

    package init(uptimeSeconds: UInt64, version: String) {
        self.uptimeSeconds = uptimeSeconds
        self.version = version
    }

    package struct Backlog: Hashable, Sendable {
        package var count: UInt64
        package var bytes: UInt64
        /// The age of the oldest. Nil if there is none, or nobody knows.
        package var oldestSeconds: UInt64?

        package init(count: UInt64 = 0, bytes: UInt64 = 0, oldestSeconds: UInt64? = nil) {
            self.count = count
            self.bytes = bytes
            self.oldestSeconds = oldestSeconds
        }
    }

    /// What central hears of at once when it changes. Cheap to find out.
    package var key: Key { Key(diskStage: diskStage, photosWaitFor: photosWaitFor, link: link) }

    package struct Key: Hashable, Sendable {
        package var diskStage: UInt32
        package var photosWaitFor: UInt32
        package var link: String

        package init(diskStage: UInt32, photosWaitFor: UInt32, link: String) {
            self.diskStage = diskStage
            self.photosWaitFor = photosWaitFor
            self.link = link
        }
    }
}

/// What an alarm of a gateway is about, as its `GatewayStatus` says it. Numbers are never reused.
package enum AlarmCode: UInt32, CaseIterable, Hashable, Sendable {
    case disk = 1
    case incident = 2
    case journalCheck = 3
    case entriesCorrupt = 4
    case entriesUnreadable = 5
    case entriesUnread = 6
    case entriesOrphaned = 7
    case photosLost = 8
    case thumbnails = 9
    /// The certificate of HTTP, or the configuration.
    case service = 10
    case httpOpen = 11
    case linksPlain = 12

    /// The word for it, as in JSON.
    package var word: String {
        switch self {
        case .disk: "disk"
        case .incident: "incident"
        case .journalCheck: "journal-check"
        case .entriesCorrupt: "entries-corrupt"
        case .entriesUnreadable: "entries-unreadable"
        case .entriesUnread: "entries-unread"
        case .entriesOrphaned: "entries-orphaned"
        case .photosLost: "photos-lost"
        case .thumbnails: "thumbnails"
        case .service: "service"
        case .httpOpen: "http-open"
        case .linksPlain: "links-plain"
        }
    }
}
