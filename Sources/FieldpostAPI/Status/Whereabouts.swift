/// Where a report or a photo is, and what it waits for: the answer of `fieldpost why`.
package struct Whereabouts: Codable, Hashable, Sendable {
    /// The role of the node that answers.
    package var role: NodeStatus.Role
    /// Nil if a photo was asked for that no report here names.
    package var report: Report?
    /// Of a report: those that it names. Of a photo: that one.
    package var photos: [Photo] = []
    /// Of a photo: the reports that name it, beside `report`.
    package var otherReports: [String] = []
    /// At a gateway.
    package var uplink: UplinkState?

    package struct Report: Codable, Hashable, Sendable {
        package var id: String
        /// Nil if the bodies are not here.
        package var category: String?
        package var grid: String?
        /// By which door it came: `terminal`, `suishoupai`, `sensor`, …
        package var channel: String?
        /// When it was made, by the clock of the node that took it in, and by the corrected clock.
        package var takenAt: String?
        package var correctedAt: String?
        /// The node that took it in, and whether that is this one.
        package var takenBy: String?
        package var isTakenHere = false
        package var entries: Int
        package var quarantined: [QuarantineState] = []
        /// Fields with values side by side.
        package var conflicts: [String] = []
        /// Nodes with entries of it that are missing here.
        package var gaps = 0
        package var isPruned = false
        package var isWithdrawn = false
        /// At a gateway: nil if central has confirmed all.
        package var waiting: Waiting?
        /// At central.
        package var gateways: [Gateway] = []

        package init(id: String, entries: Int) { (self.id, self.entries) = (id, entries) }

        private enum CodingKeys: String, CodingKey {
            case id, category, grid, channel, entries, quarantined, conflicts, gaps, waiting, gateways
            case takenAt = "taken_at"
            case correctedAt = "corrected_at"
            case takenBy = "taken_by"
            case isTakenHere = "is_taken_here"
            case isPruned = "is_pruned"
            case isWithdrawn = "is_withdrawn"
        }
    }

    /// What of a report central has not confirmed.
    package struct Waiting: Codable, Hashable, Sendable {
        package var entries: Int
        package var bytes: UInt64
        package var isUrgent: Bool
        package var entriesAhead: UInt64
        package var bytesAhead: UInt64
        /// Until the first of them should be at central, by the measured rate. Nil if nobody can say.
        package var expectedSeconds: UInt64?

        package init(entries: Int, bytes: UInt64, isUrgent: Bool, entriesAhead: UInt64, bytesAhead: UInt64) {
            (self.entries, self.bytes, self.isUrgent) = (entries, bytes, isUrgent)
            (self.entriesAhead, self.bytesAhead) = (entriesAhead, bytesAhead)
        }

        private enum CodingKeys: String, CodingKey {
            case entries, bytes
            case isUrgent = "is_urgent"
            case entriesAhead = "entries_ahead"
            case bytesAhead = "bytes_ahead"
            case expectedSeconds = "expected_seconds"
        }
    }

    package struct Photo: Codable, Hashable, Sendable {
        package var sha256: String
        /// As its report says, else as it is here.
        package var bytes: UInt64
        /// `here`, `announced` or `on-the-way`.
        package var place: String
        package var bytesHere: UInt64?
        /// Central holds it whole, as this node knows.
        package var isAtCentral: Bool
        /// What has gone to the peer that it is offered to.
        package var bytesSent: UInt64?
        package var refused: String?

        package init(sha256: String, bytes: UInt64, place: String, isAtCentral: Bool) {
            (self.sha256, self.bytes, self.place, self.isAtCentral) = (sha256, bytes, place, isAtCentral)
        }

        private enum CodingKeys: String, CodingKey {
            case sha256, bytes, place, refused
            case bytesHere = "bytes_here"
            case isAtCentral = "is_at_central"
            case bytesSent = "bytes_sent"
        }
    }

    /// A gateway that may see a report.
    package struct Gateway: Codable, Hashable, Sendable {
        package var node: String
        package var name: String
        package var isConnected: Bool
        package var isAuthor: Bool
        /// Entries of the report that it has not confirmed. Nil: not known.
        package var waiting: Int?

        package init(node: String, name: String, isConnected: Bool, isAuthor: Bool, waiting: Int?) {
            (self.node, self.name, self.isConnected) = (node, name, isConnected)
            (self.isAuthor, self.waiting) = (isAuthor, waiting)
        }

        private enum CodingKeys: String, CodingKey {
            case node, name, waiting
            case isConnected = "is_connected"
            case isAuthor = "is_author"
        }
    }

    package init(role: NodeStatus.Role) { self.role = role }

    private enum CodingKeys: String, CodingKey {
        case role, report, photos, uplink
        case otherReports = "other_reports"
    }
}

/// How a gateway's way to central is.
package struct UplinkState: Codable, Hashable, Sendable {
    /// Central's name. Nil if the gateway has not met it since it started.
    package var central: String?
    package var isConnected = false
    package var heardSecondsAgo: UInt64?
    package var lastError: String?
    /// Until the next attempt to dial. Nil while one runs, or if nothing is dialled.
    package var nextTrySeconds: UInt64?
    /// Why dialling is useless now.
    package var hindrance: String?
    /// The class of the link, if it is connected.
    package var link: String?
    /// What the link carries, as it was measured.
    package var bytesPerSecond: UInt64?
    /// Why each lane waits that may not use the link now: `urgent`, `entries`, `photos`.
    package var waits: [String: Wait] = [:]
    package var photosThroughSeconds: UInt64?

    package struct Wait: Codable, Hashable, Sendable {
        /// A word of `LinkState.photosWaitFor`.
        package var reason: String
        /// Nil: it does not end by itself.
        package var seconds: UInt64?

        package init(reason: String, seconds: UInt64?) { (self.reason, self.seconds) = (reason, seconds) }
    }

    package init() {}

    private enum CodingKeys: String, CodingKey {
        case central, hindrance, link, waits
        case isConnected = "is_connected"
        case heardSecondsAgo = "heard_seconds_ago"
        case lastError = "last_error"
        case nextTrySeconds = "next_try_seconds"
        case bytesPerSecond = "bytes_per_second"
        case photosThroughSeconds = "photos_through_seconds"
    }
}
