package import FieldpostCore
import Foundation
import GRDB

/// The durable store of one node: every entry it wrote or was sent, and the reports that they fold to.
///
/// One process, one writer connection that alone checkpoints, readers that only read (DESIGN section 6). What a write
/// returns is durable: the commit ran with `synchronous=FULL`, read back at opening.
///
/// May be used from any task. No call runs on an event loop's thread.
package final class Journal: Sendable {
    /// Who this node writes as.
    package let origin: Origin
    package let role: Role
    package let path: String

    /// Internal for tests: they limit its pages and read its settings.
    let pool: DatabasePool
    private let codec: any EntryCoding
    private let queue: CommitQueue
    private let lock: ProcessLock
    private let changes: ChangeSignal

    /// Opens the journal in a directory, or makes it there when there is none.
    ///
    /// Throws `.locked` when another process has it, `.foreign` when it belongs to another node or to a newer version,
    /// `.failed` when the file cannot be read or written, or is no journal.
    package init(directory: String, node: NodeID, role: Role, codec: any EntryCoding) throws(JournalError) {
        path = directory + "/journal.sqlite"
        lock = try ProcessLock(path: directory + "/journal.lock")
        self.role = role
        self.codec = codec
        changes = ChangeSignal()
        do {
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try Self.makeDurable(pool)
            let migrator = Schema.migrator
            if try pool.read(migrator.hasBeenSuperseded) {
                throw JournalError.foreign(
                    "\(path) was written by a newer Fieldpost. Nothing was changed; install that version.")
            }
            // What a crash left in the log but not on the disk is synced before anybody hears of it: a hello names
            // heads.
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
            try migrator.migrate(pool)
            origin = try pool.write { db in try Self.identity(db, node: node, path: directory + "/journal.sqlite") }
            let memory = try Self.memory(pool, own: origin, role: role, codec: codec)
            queue = CommitQueue(pool: pool, memory: memory, onCommit: { [changes] in changes.notify() })
        } catch {
            throw JournalError(error)
        }
    }

    /// Check-points and closes the files, and lets go of the lock. Writes still waiting are done first,
    /// later calls fail. Closing again does nothing.
    package func close() throws(JournalError) {
        guard lock.isHeld else { return }
        changes.finish()
        do {
            // The library closes its readers last, and those cannot check-point.
            try pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
            try pool.close()
        } catch {
            throw JournalError(error)
        }
        lock.release()
    }

    // MARK: Writing

    /// Why the journal takes no more writes; nil while it does.
    package var failure: JournalError? { queue.failure }

    /// A signal after every commit. Several commits may be told by one.
    package func commits() -> AsyncStream<Void> { changes.subscribe() }

    /// Takes in a change made at this node. Returns once it is durable; see `JournalError` for each refusal.
    package func append(_ draft: Draft) async throws(JournalError) -> Committed {
        try await queue.write { context in try context.append(draft) }
    }

    /// Takes in a contiguous run of another node's entries, `chainBefore` being H before the first.
    package func ingest(
        _ entries: [SealedEntry], of origin: Origin, after chainBefore: Hash256
    ) async throws(JournalError) -> Ingested {
        try await queue.write { context in try context.ingest(entries, of: origin, after: chainBefore) }
    }

    /// Takes in a run of central's feed, and the cursor after it, in one commit.
    package func absorb(
        _ entries: [SealedEntry], from central: NodeID, upTo cursor: FeedCursor
    ) async throws(JournalError) -> Absorbed {
        try await queue.write { context in try context.absorb(entries, from: central, upTo: cursor) }
    }

    /// Notes central's receipt for entries of this node.
    package func acknowledge(_ receipt: Receipt) async throws(JournalError) {
        try await queue.write { context in try context.acknowledge(receipt) }
    }

    /// At central: a gateway, its name for people, and the grids it serves.
    package func register(_ node: NodeID, name: String, grids: Set<String>) async throws(JournalError) {
        try await queue.write { context in try context.register(node, name: name, grids: grids) }
    }

    /// At central: a gateway holds its feed durably up to a position.
    package func acknowledgeFeed(_ node: NodeID, position: UInt64) async throws(JournalError) {
        try await queue.write { context in try context.acknowledgeFeed(node, position: position) }
    }

    // MARK: Reading

    /// How far this node's own origin reaches.
    package func head() async throws(JournalError) -> Head {
        try await heads(of: origin.node).first { $0.origin == origin }
            ?? Head(origin: origin, seq: 0, chain: Chain.start(of: origin))
    }

    /// The heads of all origins of a node that are held here, oldest first.
    package func heads(of node: NodeID) async throws(JournalError) -> [Head] {
        try await read { db in try db.originRows().filter { $0.origin.node == node }.map(\.position) }
    }

    /// Central's last receipt for each of this node's own origins that has one.
    package func receipts() async throws(JournalError) -> [Receipt] {
        try await read { [origin] db in
            try db.originRows().filter { $0.origin.node == origin.node && $0.receipt > 0 }.compactMap { row in
                try db.chain(of: row, at: row.receipt).map {
                    Receipt(head: Head(origin: row.origin, seq: row.receipt, chain: $0))
                }
            }
        }
    }

    /// H(seq) of an origin; nil where it is not held. H(0) is known of every origin, also of one without entries.
    package func chain(of origin: Origin, at seq: UInt64) async throws(JournalError) -> Hash256? {
        guard seq > 0 else { return Chain.start(of: origin) }
        return try await read { db in try db.originRow(origin).flatMap { try db.chain(of: $0, at: seq) } }
    }

    /// The entries of an origin after `seq`; nil when there is none.
    package func run(
        of origin: Origin, after seq: UInt64, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> EntryRun? {
        try await read { db in try db.originRow(origin).flatMap { try db.run(of: $0, after: seq, limit: limit) } }
    }

    /// At central: the feed of a gateway after a position; nil when there is nothing more.
    package func feed(
        of gateway: NodeID, after position: UInt64, limit: RunLimit = RunLimit()
    ) async throws(JournalError) -> FeedRun? {
        try await read { db in try db.feed(of: gateway, after: position, limit: limit) }
    }

    /// At a gateway: how far central's feed was read; nil before the first run.
    package func feedCursor(of central: NodeID) async throws(JournalError) -> FeedCursor? {
        try await read { db in
            try Row.fetchOne(
                db, sql: "SELECT incarnation, position FROM feed_cursors WHERE central = ?", arguments: [central.column]
            ).flatMap { row in
                Incarnation(bytes: row["incarnation"] as Data).map {
                    FeedCursor(incarnation: $0, position: UInt64(row["position"] as Int64))
                }
            }
        }
    }

    /// One report with its siblings and history; nil when this node holds no entry of it.
    package func report(_ id: ReportID) async throws(JournalError) -> Report? {
        try await read { [codec] db in
            let statement = try db.cachedStatement(sql: "SELECT number FROM reports WHERE id = ?")
            guard let number = try Int64.fetchOne(statement, arguments: [id.column]) else { return nil }
            return try db.report(number: number, codec: codec)
        }
    }

    /// One page of reports.
    package func reports(_ query: ReportQuery) async throws(JournalError) -> ReportPage {
        try await read { [codec] db in
            let numbers = try query.numbers(db)
            let shown = numbers.prefix(query.limit)
            return ReportPage(
                reports: try shown.compactMap { try db.report(number: $0, codec: codec) },
                next: numbers.count > shown.count ? shown.last : nil)
        }
    }

    /// Counts and sizes for the status.
    package func statistics() async throws(JournalError) -> JournalStatistics {
        try await read { [path] db in try JournalStatistics(db, path: path) }
    }

    /// One digest over the reports held here, or over those in a gateway's scope: what two nodes compare.
    package func digest(scope gateway: NodeID? = nil) async throws(JournalError) -> ReportsDigest {
        try await read { db in try ReportsDigest(db, scope: gateway) }
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(JournalError) -> Value {
        // The library ends a read whose caller was cancelled; that is no failure of the journal.
        let reading = Task { [pool] in try await pool.read(body) }
        do { return try await reading.value } catch { throw JournalError(error) }
    }
}

extension Journal {
    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "fieldpost.journal"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -\(Limits.pageCacheKibibytes)")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(db.configuration.readonly ? 0 : Limits.checkpointPages)")
        }
        return configuration
    }

    /// The library opens its write-ahead log with `synchronous=NORMAL`, which loses acknowledged commits in a power
    /// cut. So FULL is set on the one connection that writes, and read back.
    private static func makeDurable(_ pool: DatabasePool) throws {
        let level = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard level == 2 else { throw JournalError.failed("synchronous=FULL cannot be set") }
    }

    private static func identity(_ db: Database, node: NodeID, path: String) throws -> Origin {
        if let row = try Row.fetchOne(db, sql: "SELECT node, incarnation FROM identity") {
            guard let stored = NodeID(bytes: row["node"] as Data),
                let life = Incarnation(bytes: row["incarnation"] as Data)
            else { throw JournalError.failed("the identity in \(path) is malformed") }
            guard stored == node else {
                throw JournalError.foreign(
                    "\(path) belongs to node \(stored.short), but the key is that of node \(node.short). "
                        + "Nothing was changed; put the right key back, or use another directory.")
            }
            return Origin(node: stored, incarnation: life)
        }
        let origin = Origin(node: node, incarnation: .random())
        try db.execute(
            sql: "INSERT INTO identity (only, node, incarnation) VALUES (1, ?, ?)",
            arguments: [node.column, origin.incarnation.column])
        return origin
    }

    private static func memory(
        _ pool: DatabasePool, own: Origin, role: Role, codec: any EntryCoding
    ) throws -> WriterMemory {
        try pool.read { db in
            let origins = try db.originRows().map { row in
                var row = row
                row.isSparse = try db.holdsEntries(of: row, beyond: row.head)
                return (row.origin, row)
            }
            return WriterMemory(
                own: own, role: role, codec: codec, origins: Dictionary(uniqueKeysWithValues: origins),
                gateways: try GatewayDirectory(db))
        }
    }
}
