package import FieldpostAPI
import FieldpostBlobs
package import FieldpostCore
import FieldpostJournal
package import FieldpostStore
import FieldpostSync
import FieldpostTransport
import FieldpostWire
package import Logging
import NIOPosix
import ServiceLifecycle
import Synchronization

/// A running node: its journal, its photos and clips, its sessions, and what it knows of its peers. `role` does what
/// only one role does.
package final class Node: NodeService {
    package let settings: NodeSettings
    package let journal: any Store
    /// Photos and clips.
    package let blobs: any BlobStore
    package let thumbnails: Thumbnails
    package let centralSettings: CentralSettings
    let role: any NodeRole
    let clock = HostClock()
    let registry: PeerRegistry
    let entryBudget = EntryBudget(Limits.preparedEntries)
    let pullShares = PullShares()
    let startedAt: UInt64
    /// The most sessions that peers may have here at once.
    let sessionLimit: Int
    private let bound = Mutex(Addresses())
    /// Counts the hellos sent. What does not fit into one is sent in a later one.
    let greetings = Mutex(0)
    let isStopping = Mutex(false)
    let passwords = PasswordCheck()
    let tokens = TokenMemory()
    let pairingCodes = PairingCodes()
    let webSessions: WebSessions
    let accessTurn = AccessTurn()
    package let handleSecret: [UInt8]
    /// Nil if links are plain TCP.
    let identity: TLSIdentity?
    let refusals: RefusalLog
    let transfers = BlobTransfers()
    let laneBytes = LaneBytes()
    let scrubMetrics = ScrubMetrics()
    package let intakeMetrics = IntakeMetrics()
    /// Problems that the parts around this node have found.
    package let watch: ServiceWatch
    let logger: Logger

    /// Opens the journal, and then the photos and clips beside it, which the lock of the journal guards too. `makeRole`
    /// makes the role of `settings` from its parts. Throws `JournalError`, `BlobError`, or the errors of the TLS
    /// library about the key.
    package init(
        settings: NodeSettings, key: NodeKey, watch: ServiceWatch = ServiceWatch(), logger: Logger,
        role makeRole: (NodeParts) -> any NodeRole
    ) throws {
        self.settings = settings
        self.watch = watch
        self.logger = logger
        handleSecret = key.handleSecret
        webSessions = WebSessions(stateDirectory: settings.stateDirectory, logger: logger)
        sessionLimit = FileLimit.sessions(of: FileLimit.current)
        journal = try Journal(
            directory: settings.stateDirectory, node: key.node, role: settings.role, codec: EntryCodec(),
            opened: clock.stamp(), proofKey: key.proofs)
        blobs = try FileBlobStore(disk: HostBlobDisk(directory: settings.stateDirectory + "/blobs"))
        thumbnails = Thumbnails(
            store: FileThumbnailStore(disk: HostBlobDisk(directory: settings.stateDirectory + "/thumbnails")),
            blobs: blobs, maker: Thumbnailer(helper: settings.thumbnailHelper, blobs: blobs, logger: logger),
            logger: logger)
        for name in ["node.key", "roster.json", "central.id", "links.json", WebSessions.fileName] {
            PrivateFile.removeLeftovers(of: settings.stateDirectory + "/" + name)
        }
        Self.tell(journal.doubts, logger)
        registry = PeerRegistry(clock: clock)
        refusals = RefusalLog(clock: clock, logger: logger)
        identity = settings.insecure ? nil : try key.identity()
        role = makeRole(
            NodeParts(
                settings: settings, journal: journal, blobs: blobs, clock: clock, registry: registry,
                refusals: refusals, identity: identity, logger: logger))
        centralSettings = CentralSettings(journal: journal, central: { [role] in role.central }, logger: logger)
        startedAt = clock.moment().monotonicMilliseconds
        if settings.role == .central, sessionLimit < Limits.sessions { tellOfFewFiles() }
    }

    package func stamp() -> Stamp { clock.stamp() }
    package func time() async -> Instant? { await role.time() }

    /// Takes over those new settings that a running node can change.
    package func apply(_ settings: NodeSettings) { role.apply(settings) }

    /// Call this before anything is served. Throws `JournalError`.
    package func prepare() async throws { try await role.prepare() }

    /// The addresses at which the node listens so far.
    package var addresses: Addresses { bound.withLock { $0 } }

    /// The HTTP API now listens at this address too.
    package func listening(http host: String, _ port: Int) {
        bound.withLock { $0.http.append("\(Endpoint(host: host, port: port))") }
    }

    /// The API for residents now listens at this address too.
    package func listening(publicHTTPS host: String, _ port: Int) {
        bound.withLock { $0.publicHTTPS.append("\(Endpoint(host: host, port: port))") }
    }

    package func listening(publicHTTP host: String, _ port: Int) {
        bound.withLock { $0.publicHTTP.append("\(Endpoint(host: host, port: port))") }
    }

    /// Prometheus can read the metrics at this address too.
    package func listening(metrics host: String, _ port: Int) {
        bound.withLock { $0.metrics.append("\(Endpoint(host: host, port: port))") }
    }

    /// Numeric "host:port": of the API, of the API for residents, for peers, and for Prometheus. Empty if the node
    /// does not listen.
    package struct Addresses: Sendable {
        package var http: [String] = []
        package var publicHTTP: [String] = []
        package var publicHTTPS: [String] = []
        package var peers: [String] = []
        package var metrics: [String] = []
    }

    /// Closes the journal and the store of photos, when nothing uses them any more. Throws `JournalError`, `BlobError`.
    package func close() async throws {
        do throws(BlobError) {
            try await blobs.close()
        } catch {
            try? await journal.close()
            throw error
        }
        try await journal.close()
    }

    /// Listens and dials according to the settings, until a graceful shutdown or until the journal fails. `onListening`
    /// is called when peers can connect to all addresses. It is not called if there are none.
    ///
    /// Throws `SettingsError`, the errors of binding, `JournalError.failed` if the journal accepts no more writes, and
    /// `BlobError.failed` if the store of photos does not.
    package func run(onListening: @escaping @Sendable () async -> Void) async throws {
        let listens = try settings.listenAddresses
        try await withThrowingTaskGroup(of: Void.self) { group in
            if !listens.isEmpty {
                group.addTask {
                    try await Transport.listen(
                        listens, security: self.security, group: MultiThreadedEventLoopGroup.singleton,
                        sessions: self.sessionLimit,
                        onBound: { endpoints in
                            self.bound.withLock { $0.peers = endpoints.map(\.description) }
                            await onListening()
                        }
                    ) { channel in
                        _ = await self.converse(channel, onReceipt: {})
                    }
                }
            }
            let links = LinkWatch(logger: logger)
            if !settings.dial.isEmpty {
                group.addTask {
                    await links.run()
                    // Without news of the links, the node runs on.
                    try? await gracefulShutdown()
                }
            }
            for endpoint in settings.dial.compactMap(Endpoint.init(_:)) {
                let dialer = Dialer(
                    endpoint: endpoint, security: security, group: MultiThreadedEventLoopGroup.singleton,
                    registry: registry, clock: clock, links: links)
                group.addTask {
                    await dialer.run(while: { self.role.hindrance }) { channel, onReceipt in
                        await self.converse(channel, onReceipt: onReceipt)
                    }
                }
            }
            group.addTask { try await self.watchJournal() }
            group.addTask { try await self.watchBlobs() }
            group.addTask { try await self.careForBlobs() }
            group.addTask { try await self.scrub() }
            group.addTask { try await self.fillFeeds() }
            group.addTask { try await self.trimFeeds() }
            group.addTask { try await self.rebuildCases() }
            group.addTask { try await self.indexSearch() }
            group.addTask { try await self.reportStatus() }
            group.addTask { try await self.watchSettings() }
            group.addTask { try await self.watchWebSessions() }
            for work in role.work { group.addTask(operation: work) }
            group.addTask { try? await gracefulShutdown() }
            defer { group.cancelAll() }
            try await group.next()
            await endSessions()
        }
    }

    package func upkeep() throws(ResyncError) -> any GatewayUpkeep { try role.upkeep() }

    package func contactOpener() throws(ResyncError) -> any ContactOpening {
        guard let opener = role.contactOpener else { throw .notCentral }
        return opener
    }

    package func digest(gateway: String?) async throws -> NodeDigest {
        var scope: NodeID?
        if let gateway { scope = try await upkeep().node(named: gateway) }
        let digest = try await journal.digest(scope: scope)
        return NodeDigest(reports: digest.reports, digest: digest.digest.hex)
    }

    private func tellOfFewFiles() {
        logger.log(
            level: sessionLimit < 1024 ? .warning : .notice,
            "this process may open too few files for the most sessions; raise LimitNOFILE in the unit",
            metadata: ["files": "\(FileLimit.current)", "sessions": "\(sessionLimit)"])
    }

    // MARK: Background work

    private func endSessions() async {
        isStopping.withLock { $0 = true }
        for session in await registry.sessions() { await session.leave("this node is shutting down") }
        // Sessions end within a second of their goodbye. If a peer does not read, its connection is cut.
        for _ in 0..<100 {
            if await registry.sessions().isEmpty { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Throws when the journal has failed: only a restart helps then. Ends all sessions when the journal began a new
    /// incarnation, because they belong to the old one. Asks central for pruned entries that are needed again.
    private func watchJournal() async throws {
        let commits = journal.commits()
        var (origin, rehydrations) = (journal.origin, journal.rehydrations)
        if let failure = journal.failure { throw failure }
        for await _ in commits {
            if let failure = journal.failure { throw failure }
            if journal.rehydrations != rehydrations {
                rehydrations = journal.rehydrations
                try await fetchMissing()
            }
            guard journal.origin != origin else { continue }
            origin = journal.origin
            logger.warning("a new incarnation of the journal began", metadata: ["incarnation": "\(origin.incarnation)"])
            for session in await registry.sessions() {
                await session.leave("this node began a new incarnation of its journal")
            }
        }
    }

    /// Logs complaints of checks that a second check did not confirm.
    static func tell(_ doubts: [String], _ logger: Logger) {
        for doubt in doubts {
            logger.warning(
                "a check of the journal complained, but a second check did not confirm it; the node continues",
                metadata: ["complaint": "\(doubt)"])
        }
    }

    func fetchMissing() async throws(JournalError) {
        let missing = try await journal.missing()
        for session in await registry.sessions() { await session.fetch(missing) }
    }
}
