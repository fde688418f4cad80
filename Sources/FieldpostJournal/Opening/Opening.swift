package import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// What opening needs from outside: the time, for an incident, and randomness.
package struct Opening: Sendable {
    /// The time of the incident, if opening writes one.
    package var stamp: Stamp
    package var newIncarnation: @Sendable () -> Incarnation
    /// At central: how many positions of its feed to skip, 1 to `Limits.feedGap`.
    package var feedGap: @Sendable () -> UInt64
    /// At central: makes and checks proofs. Nil: central makes no proofs and accepts none.
    package var proofKey: ProofKey?
    /// How many ids of reports wait for their table. Tests choose few.
    var idSizes = ReportIndex.Sizes()

    package init(
        stamp: Stamp = .unknown, newIncarnation: @escaping @Sendable () -> Incarnation = { .random() },
        feedGap: @escaping @Sendable () -> UInt64 = { .random(in: 1...Limits.feedGap) }, proofKey: ProofKey? = nil
    ) {
        self.stamp = stamp
        self.newIncarnation = newIncarnation
        self.feedGap = feedGap
        self.proofKey = proofKey
    }
}

/// The node to which a journal belongs.
struct Owner: Sendable {
    let node: NodeID
    let role: Role
    let codec: any EntryCoding
}

/// A journal's database, checked and opened.
struct Start {
    let pool: DatabasePool
    let memory: WriterMemory
    /// Complaints of the checks that a second check did not confirm.
    let doubts: [String]

    /// `wasLeftHeld`: the previous process ended without closing the journal.
    init(on disk: any JournalDisk, as owner: Owner, wasLeftHeld: Bool, opening: Opening) throws {
        let path = disk.databasePath
        let preparation = try disk.prepare { path in
            try JournalDraft.make(at: path, as: Origin(node: owner.node, incarnation: opening.newIncarnation()))
        }
        if case .held(let bytes) = preparation {
            doubts = try ContentCheck.check(
                path, node: owner.node, readsAllPages: wasLeftHeld && bytes <= Limits.checkedFileBytes)
        } else {
            doubts = []
        }
        pool = try DatabasePool(path: path, configuration: Journal.configuration)
        memory = try Journal.open(pool, on: disk, as: owner, opening: opening)
    }
}

extension JournalDisk {
    /// Whether something failed because the disk has no room.
    func isOutOfRoom(_ error: JournalError) -> Bool {
        switch error {
        case .full: true
        // SQLite reports a lack of room for its shared memory with another code.
        case .failed: freeBytes.map { $0 < Limits.urgentFreeBytes } ?? false
        default: false
        }
    }
}

extension Journal {
    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "fieldpost.journal"
        configuration.maximumReaderCount = 3
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA cache_size = -\(Limits.pageCacheKibibytes)")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(db.configuration.readonly ? 0 : Limits.checkpointPages)")
            guard !db.configuration.readonly else { return }
            // When the log begins again from its start, its file is cut to this size.
            try db.execute(
                sql: "PRAGMA journal_size_limit = \(Limits.checkpointPages * DatabaseHeader.pageBytes)")
        }
        return configuration
    }

    /// Prepares the database for writing: applies migrations, checks that it belongs to this node, makes its heads
    /// agree with the entries, and begins a lease.
    static func open(
        _ pool: DatabasePool, on disk: any JournalDisk, as owner: Owner, opening: Opening
    ) throws -> WriterMemory {
        try makeDurable(pool)
        let migrator = Schema.migrator
        if try pool.read(migrator.hasBeenSuperseded) {
            throw JournalError.foreign(
                "\(disk.databasePath) was written by a newer version of Fieldpost. Nothing was changed. "
                    + "Install that version.")
        }
        // A crash may have left entries in the log but not on the disk. They are synced before anybody learns of them:
        // a hello names heads.
        try pool.writeWithoutTransaction { db in
            try db.secureLog()
            _ = try db.checkpoint(.passive)
        }
        try migrator.migrate(pool)
        let file = try disk.readLease()
        let lease = file.flatMap { Lease(file: $0) }
        let stored = try pool.write { db in
            try StoredIdentity(db, owner: owner, path: disk.databasePath, newIncarnation: opening.newIncarnation)
        }
        let (origins, gateways) = try pool.write { db in
            try db.repairHeads(codec: owner.codec)
            let rows = try db.originRows().map { row in
                var row = row
                row.isSparse = try db.holdsEntries(of: row, beyond: row.head)
                return row
            }
            return (Origins(rows), try GatewayDirectory(db))
        }
        let own = stored.identity.origin
        let head = origins[own]?.head ?? 0
        let extent = stored.vacated &+ origins.sumOfHeads
        let verdict = LeaseVerdict(
            lease: lease, hasLeaseFile: file != nil, origin: own, head: head,
            extent: extent, wasLeased: stored.wasLeased,
            known: { origins[Origin(node: owner.node, incarnation: $0)] != nil || $0 == stored.identity.predecessor })
        var memory = WriterMemory(
            identity: stored.identity, role: owner.role, codec: owner.codec, origins: origins,
            lease: try LeaseKeeper(
                disk: disk, origin: own, reached: max(head, lease?.reachedBy(own) ?? 0), extent: lease?.extent ?? 0,
                after: lease),
            gateways: gateways, newIncarnation: opening.newIncarnation,
            reportIndex: try pool.read { try ReportIndex($0, sizes: opening.idSizes) })
        memory.vacated = stored.vacated
        memory.arrivals = try pool.read { db in try ArrivalLog(db) }
        memory.proofKey = opening.proofKey
        memory.early = try pool.read { db in try db.originsWithEarlyEntries() }
        memory.holdsHearsay = try pool.read { db in try db.holdsHearsay() }
        memory.hasBackfills =
            try pool.read { db in try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM backfills)") } ?? false
        (memory.retention, memory.freePages) = try pool.write { db in
            (try RetentionMemory(db), try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0)
        }
        if owner.role == .central {
            try nameGrids(pool, memory)
            try pool.write { db in try db.skipFeedPositions(opening.feedGap()) }
        }
        if case .restored(let reason, let last) = verdict {
            let cause = IncarnationStart(.restored(reason: reason, last: last), stamp: opening.stamp)
            memory = try pool.write { db in
                var context = WriteContext(db: db, memory: memory)
                try context.begin(cause)
                try context.saveHeads()
                return context.memory
            }
        }
        memory.settle()
        try memory.followLease()
        try pool.write { try $0.execute(sql: "UPDATE identity SET leased = 1 WHERE leased = 0") }
        try? disk.keepReserveWhereThereIsRoom()
        return memory
    }

    /// Runs once for each journal of a central node: earlier versions did not store the grids of their reports.
    private static func nameGrids(_ pool: DatabasePool, _ memory: WriterMemory) throws {
        guard try pool.read({ try Bool.fetchOne($0, sql: "SELECT named FROM identity") }) == false else { return }
        try pool.write { db in
            try WriteContext(db: db, memory: memory).nameGrids()
            try db.execute(sql: "UPDATE identity SET named = 1")
        }
    }

    /// GRDB opens its write-ahead log with `synchronous=NORMAL`, which loses acknowledged commits in a power cut. So
    /// this sets FULL on the one connection that writes, and reads it back.
    private static func makeDurable(_ pool: DatabasePool) throws {
        let level = try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            return try Int.fetchOne(db, sql: "PRAGMA synchronous")
        }
        guard level == 2 else { throw JournalError.failed("synchronous=FULL cannot be set") }
    }
}

/// The one row of `identity`. It is created if the database is new.
private struct StoredIdentity {
    let identity: JournalIdentity
    /// The database has had a lease.
    let wasLeased: Bool
    /// How far the heads of other nodes were ever set back in total.
    let vacated: UInt64

    init(_ db: Database, owner: Owner, path: String, newIncarnation: () -> Incarnation) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM identity") else {
            let origin = Origin(node: owner.node, incarnation: newIncarnation())
            try db.execute(
                sql: "INSERT INTO identity (only, node, incarnation, role, cases_version) VALUES (1, ?, ?, ?, ?)",
                arguments: [
                    owner.node.column, origin.incarnation.column, Int(owner.role.rawValue), CaseRow.version,
                ])
            identity = JournalIdentity(origin: origin, predecessor: nil)
            (wasLeased, vacated) = (false, 0)
            return
        }
        guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) })
        else { throw JournalError.damaged(path: path, reason: "its identity is malformed") }
        guard node == owner.node else {
            throw JournalError.foreign(
                "\(path) belongs to node \(node.short), but the key is that of node \(owner.node.short). "
                    + "Nothing was changed. Restore the right key, or use another directory.")
        }
        if let role = row.integer("role").flatMap({ UInt8(exactly: $0) }).flatMap(Role.init(rawValue:)) {
            guard role == owner.role else {
                throw JournalError.foreign(
                    "\(path) is the journal of a \(role.title), and this is a \(owner.role.title). "
                        + "Nothing was changed. Use another directory.")
            }
        } else {
            try db.execute(sql: "UPDATE identity SET role = ?", arguments: [Int(owner.role.rawValue)])
        }
        let predecessor = row.blob("predecessor").flatMap { Incarnation(bytes: $0) }
        identity = JournalIdentity(origin: Origin(node: node, incarnation: incarnation), predecessor: predecessor)
        wasLeased = row.integer("leased") == 1
        vacated = UInt64(clamping: row.integer("vacated") ?? 0)
    }
}

extension Role {
    fileprivate var title: String { self == .central ? "central node" : "gateway" }
}

extension Lease {
    /// How far an origin had come, according to this lease.
    fileprivate func reachedBy(_ origin: Origin) -> UInt64 { self.origin == origin ? reached : 0 }
}

extension JournalDisk {
    /// Creates the reserve if enough room remains for reports.
    func keepReserveWhereThereIsRoom() throws(JournalError) {
        guard let free = freeBytes, free > Limits.urgentFreeBytes + Limits.reserveBytes else { return }
        try keepReserve(bytes: Limits.reserveBytes)
    }
}
