package import FieldpostAPI
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

/// One running node: its journal, its sessions, and what it knows of its peers. What only one role does is its `role`.
package final class Node: NodeService {
    package let settings: NodeSettings
    package let journal: any Store
    let role: any NodeRole
    let clock = HostClock()
    let registry: PeerRegistry
    let entryBudget = EntryBudget(Limits.preparedEntries)
    let startedAt: UInt64
    private let bound = Mutex(Addresses())
    /// Hellos said: what does not fit in one comes in a later one.
    let greetings = Mutex(0)
    let isStopping = Mutex(false)
    let passwords = PasswordCheck()
    /// Nil where links are plain TCP.
    let identity: TLSIdentity?
    let refusals: RefusalLog
    /// What the parts around this node find wrong.
    package let watch: ServiceWatch
    let logger: Logger

    /// Opens the journal. `makeRole`: makes the role of `settings` from the parts that it works with. Throws
    /// `JournalError`, or what the TLS library has against the key.
    package init(
        settings: NodeSettings, key: NodeKey, watch: ServiceWatch = ServiceWatch(), logger: Logger,
        role makeRole: (NodeParts) -> any NodeRole
    ) throws {
        self.settings = settings
        self.watch = watch
        self.logger = logger
        journal = try Journal(
            directory: settings.stateDirectory, node: key.node, role: settings.role, codec: EntryCodec(),
            opened: clock.stamp(), proofKey: key.proofs)
        for name in ["node.key", "roster.json", "central.id"] {
            PrivateFile.removeLeftovers(of: settings.stateDirectory + "/" + name)
        }
        Self.tell(journal.doubts, logger)
        registry = PeerRegistry(clock: clock)
        refusals = RefusalLog(clock: clock, logger: logger)
        identity = settings.insecure ? nil : try key.identity()
        role = makeRole(
            NodeParts(
                settings: settings, journal: journal, clock: clock, registry: registry, refusals: refusals,
                identity: identity, logger: logger))
        startedAt = clock.moment().monotonicMilliseconds
    }

    package func stamp() -> Stamp { clock.stamp() }

    /// To be called before anything is served. Throws `JournalError`.
    package func prepare() async throws { try await role.prepare() }

    /// Where the node listens, as far as it does yet.
    package var addresses: Addresses { bound.withLock { $0 } }

    /// The HTTP API listens there too.
    package func listening(http host: String, _ port: Int) {
        bound.withLock { $0.http.append("\(Endpoint(host: host, port: port))") }
    }

    /// Residents may send reports there too.
    package func listening(publicHTTP host: String, _ port: Int) {
        bound.withLock { $0.publicHTTP.append("\(Endpoint(host: host, port: port))") }
    }

    /// "host:port" with numbers: of the API, for residents, and for peers to dial; empty where the node does not
    /// listen.
    package struct Addresses: Sendable {
        package var http: [String] = []
        package var publicHTTP: [String] = []
        package var peers: [String] = []
    }

    /// Listens and dials as set, until a graceful shutdown or the journal's failure. `onListening` is called once peers
    /// may dial everywhere that is set; not where none may.
    ///
    /// Throws `SettingsError`, what binding throws, and `JournalError.failed` when the journal takes no more writes.
    package func run(onListening: @escaping @Sendable () async -> Void) async throws {
        let listens = try settings.listenAddresses
        try await withThrowingTaskGroup(of: Void.self) { group in
            if !listens.isEmpty {
                group.addTask {
                    try await Transport.listen(
                        listens, security: self.security, group: MultiThreadedEventLoopGroup.singleton,
                        onBound: { endpoints in
                            self.bound.withLock { $0.peers = endpoints.map(\.description) }
                            await onListening()
                        }
                    ) { channel in
                        _ = await self.converse(channel, onReceipt: {})
                    }
                }
            }
            for endpoint in settings.dial.compactMap(Endpoint.init(_:)) {
                let dialer = Dialer(
                    endpoint: endpoint, security: security, group: MultiThreadedEventLoopGroup.singleton,
                    registry: registry)
                group.addTask {
                    await dialer.run(while: { self.role.hindrance }) { channel, onReceipt in
                        await self.converse(channel, onReceipt: onReceipt)
                    }
                }
            }
            group.addTask { try await self.watchJournal() }
            group.addTask { try await self.scrub() }
            for work in role.work { group.addTask(operation: work) }
            group.addTask { try? await gracefulShutdown() }
            defer { group.cancelAll() }
            try await group.next()
            await endSessions()
        }
    }

    package func upkeep() throws(ResyncError) -> any GatewayUpkeep { try role.fleet() }

    /// What central does about its gateways. Throws `ResyncError.notCentral` at a gateway.
    package func fleet() throws(ResyncError) -> any GatewayAdministration { try role.fleet() }

    package func digest(gateway: String?) async throws -> NodeDigest {
        var scope: NodeID?
        if let gateway { scope = try await upkeep().node(named: gateway) }
        let digest = try await journal.digest(scope: scope)
        return NodeDigest(reports: digest.reports, digest: digest.digest.hex)
    }

    // MARK: Care

    private func endSessions() async {
        isStopping.withLock { $0 = true }
        for session in await registry.sessions() { await session.leave("this node is shutting down") }
        // Sessions end within a second of their goodbye; a peer that does not read is cut off.
        for _ in 0..<100 {
            if await registry.sessions().isEmpty { break }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Throws once the journal has failed: only a restart helps then. Ends all sessions when it began a new
    /// incarnation: they spoke for the old one. Asks central for entries that were pruned and are needed again.
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

    /// Checks the journal bit by bit at a bounded rate, again and again, and asks peers for what is corrupt. The first
    /// time is soon over: what became corrupt while the node was down must not be shown for long as if it were missing.
    /// Throws when the file itself is damaged.
    private func scrub() async throws {
        var throttle = (bytes: Limits.scrubBytesAtStart, wait: Duration.milliseconds(Limits.scrubPauseAtStart))
        while !Task.isCancelled {
            var cursor: ScrubCursor? = .start
            while let place = cursor {
                try? await journal.keepReserve()
                guard let step = try await scrub(place, bytes: throttle.bytes) else { break }
                cursor = step.next
                guard (try? await Task.sleep(for: throttle.wait)) != nil else { return }
            }
            throttle = (Limits.scrubBytesPerSecond, .seconds(1))
            try? await Task.sleep(for: .seconds(Limits.scrubPauseSeconds))
        }
    }

    /// Complaints of checks that a second look did not bear out.
    private static func tell(_ doubts: [String], _ logger: Logger) {
        for doubt in doubts {
            logger.warning(
                "a check of the journal complained, and a second look did not bear it out; the node goes on",
                metadata: ["complaint": "\(doubt)"])
        }
    }

    private func fetchMissing() async throws(JournalError) {
        let missing = try await journal.missing()
        for session in await registry.sessions() { await session.fetch(missing) }
    }

    /// One step; nil when the disk is too full to mend anything now.
    private func scrub(_ cursor: ScrubCursor, bytes: Int) async throws -> ScrubStep? {
        do throws(JournalError) {
            let step = try await journal.scrub(cursor, bytes: bytes)
            if cursor == .structure { Self.tell(journal.doubts, logger) }
            if step.repaired > 0 {
                logger.warning("repaired corrupt rows", metadata: ["rows": "\(step.repaired)"])
            }
            if step.corrupt > 0 {
                logger.error("entries are corrupt; peers are asked for them", metadata: ["entries": "\(step.corrupt)"])
                try await fetchMissing()
            }
            return step
        } catch {
            guard error == .full else { throw error }
            return nil
        }
    }
}
