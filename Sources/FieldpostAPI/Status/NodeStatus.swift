/// What a node reports about itself: the answer of `fieldpost status` and of `GET /v1/status`. Contains nothing of any
/// report.
package struct NodeStatus: Codable, Hashable, Sendable {
    /// Hexadecimal NodeID.
    package var node: String
    package var name: String
    package var role: Role
    /// This incarnation of the journal (a UUID).
    package var incarnation: String
    package var version: String
    package var uptimeSeconds: UInt64
    /// The node's own wall clock, RFC 3339.
    package var now: String
    /// Where the HTTP API listens (numeric "host:port"), and all such addresses. Nil before it listens.
    package var httpAddress: String?
    package var httpAddresses: [String] = []
    /// Where residents may send reports. Nil: nowhere.
    package var publicAddress: String?
    package var publicAddresses: [String] = []
    /// The same over TLS.
    package var publicHTTPSAddresses: [String] = []
    /// The address of the residents' page that posters name. Nil if `public_url` is not set.
    package var publicURL: String?
    /// Where peers may connect. Nil: nowhere.
    package var peerAddress: String?
    package var peerAddresses: [String] = []
    /// Where Prometheus can read the metrics. Empty: nowhere.
    package var metricsAddresses: [String] = []
    package var journal: JournalState
    package var blobs = BlobState()
    /// How thumbnails of photos are made here.
    package var thumbnails: ThumbnailState?
    /// One element for each peer: at a gateway the central node, at central each known gateway, connected or not.
    package var peers: [PeerState]
    /// At a gateway: its links that cost money. Nil at central.
    package var links: LinksState?
    /// Plain sentences about problems that need a person. Empty if all is well.
    package var alarms: [String]

    private enum CodingKeys: String, CodingKey {
        case node, name, role, incarnation, version, now, journal, blobs, thumbnails, peers, links, alarms
        case uptimeSeconds = "uptime_seconds"
        case httpAddress = "http_address"
        case httpAddresses = "http_addresses"
        case publicAddress = "public_address"
        case publicAddresses = "public_addresses"
        case publicURL = "public_url"
        case publicHTTPSAddresses = "public_https_addresses"
        case peerAddress = "peer_address"
        case peerAddresses = "peer_addresses"
        case metricsAddresses = "metrics_addresses"
    }

    package struct JournalState: Codable, Hashable, Sendable {
        package var reports: Int
        package var reportsInConflict: Int
        /// Entries that are kept but cannot be merged.
        package var entriesQuarantined: Int
        /// The quarantined entries that are corrupt, or whose bytes never arrived. Other nodes are asked for them.
        package var entriesCorrupt: Int
        /// Entries that are kept without a place, because their places hold other entries.
        package var orphans: Int
        /// At central: unconfirmed entries. A gateway gave them without a proof, and their author has not sent them
        /// yet.
        package var unconfirmed: Int
        /// At central: urgent entries that are held ahead of their chain.
        package var early: Int
        package var fileBytes: Int
        /// The last seq that this node wrote.
        package var head: UInt64
        /// At a gateway: central holds 1…receipt durably. At central 0.
        package var receipt: UInt64
        package var diskStage: DiskStage
        /// How far search is behind. Nil from an older node.
        package var search: SearchState?
        /// At a gateway: what it pruned, and what it keeps. Nil at central, which keeps everything.
        package var retention: RetentionState?

        private enum CodingKeys: String, CodingKey {
            case reports, orphans, unconfirmed, early, head, receipt, retention, search
            case reportsInConflict = "reports_in_conflict"
            case entriesQuarantined = "entries_quarantined"
            case entriesCorrupt = "entries_corrupt"
            case diskStage = "disk_stage"
            case fileBytes = "file_bytes"
        }

        package init(
            reports: Int, reportsInConflict: Int, entriesQuarantined: Int, fileBytes: Int, head: UInt64, receipt: UInt64
        ) {
            self.reports = reports
            self.reportsInConflict = reportsInConflict
            self.entriesQuarantined = entriesQuarantined
            self.fileBytes = fileBytes
            self.head = head
            self.receipt = receipt
            entriesCorrupt = 0
            orphans = 0
            unconfirmed = 0
            early = 0
            diskStage = .ample
        }
    }

    /// How far search is behind the commits.
    package struct SearchState: Codable, Hashable, Sendable {
        /// Changes that were committed and that search does not know yet. Usually those of the last 50 ms.
        package var changesWaiting: Int
        /// Reports that it does not know yet after a start or an upgrade.
        package var reportsWaiting: Int

        private enum CodingKeys: String, CodingKey {
            case changesWaiting = "changes_waiting"
            case reportsWaiting = "reports_waiting"
        }

        package init(changesWaiting: Int, reportsWaiting: Int) {
            self.changesWaiting = changesWaiting
            self.reportsWaiting = reportsWaiting
        }
    }

    /// How much room the disk has left, in stages. Each stage says who is still served.
    package enum DiskStage: String, Codable, Hashable, Sendable {
        case ample
        case photosRefused = "photos-refused"
        case ordinaryRefused = "ordinary-refused"
        case peersWait = "peers-wait"
        case urgentRefused = "urgent-refused"
    }

    package struct PeerState: Codable, Hashable, Sendable {
        package var node: String
        package var name: String
        package var isConnected: Bool
        /// At central: a second incarnation of this gateway waits until an administrator accepts it
        /// (`fieldpost gateways accept-clone`).
        package var isCloneWaiting: Bool
        /// Entries written by the gateway that central has not confirmed. Nil at central while the gateway is not
        /// connected.
        package var entriesWaitingUp: UInt64?
        /// Entries in the gateway's feed that the gateway has not confirmed. Nil at a gateway.
        package var entriesWaitingDown: UInt64?
        /// Seconds since anything was received. Nil if nothing was since this node started.
        package var heardSecondsAgo: UInt64?
        /// The peer's wall clock minus this node's, in milliseconds. Nil before the first measure.
        package var clockOffsetMilliseconds: Int64?
        /// The largest possible error of that measure: half of the round trip.
        package var clockUncertaintyMilliseconds: UInt64?
        /// Batches received and sent since this node started: bytes of entries, and bytes sent over the link for them.
        package var entriesBytes: UInt64
        package var wireBytes: UInt64
        /// Why the last session ended or the last attempt to dial failed, as text for people. Nil if neither happened.
        package var lastError: String?
        package var grids: [String]
        /// At central: what the gateway last said of itself since central started. Nil if it has not.
        package var selfReport: SelfReport?

        private enum CodingKeys: String, CodingKey {
            case node, name, grids
            case isConnected = "is_connected"
            case isCloneWaiting = "is_clone_waiting"
            case entriesWaitingUp = "entries_waiting_up"
            case entriesWaitingDown = "entries_waiting_down"
            case heardSecondsAgo = "heard_seconds_ago"
            case clockOffsetMilliseconds = "clock_offset_milliseconds"
            case clockUncertaintyMilliseconds = "clock_uncertainty_milliseconds"
            case entriesBytes = "entries_bytes"
            case wireBytes = "wire_bytes"
            case lastError = "last_error"
            case selfReport = "self_report"
        }

        package init(node: String, name: String, grids: [String] = []) {
            self.node = node
            self.name = name
            self.grids = grids
            isConnected = false
            isCloneWaiting = false
            entriesBytes = 0
            wireBytes = 0
        }
    }

    package enum Role: String, Codable, Hashable, Sendable {
        case gateway, central
    }

    package init(
        node: String, name: String, role: Role, incarnation: String, version: String, uptimeSeconds: UInt64,
        now: String,
        journal: JournalState, peers: [PeerState], alarms: [String]
    ) {
        self.node = node
        self.name = name
        self.role = role
        self.incarnation = incarnation
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.now = now
        self.journal = journal
        self.peers = peers
        self.alarms = alarms
    }
}
