import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// What the writer keeps in memory between transactions: small tables that every write uses.
struct WriterMemory: Sendable {
    var identity: JournalIdentity
    let role: Role
    let codec: any EntryCoding
    let origins: Origins
    /// Nil while a repair builds the journal.
    var lease: LeaseKeeper?
    var gateways: GatewayDirectory
    let newIncarnation: @Sendable () -> Incarnation
    var retention = RetentionMemory()
    /// At central: makes and checks proofs.
    var proofKey: ProofKey?
    /// At central: there are unconfirmed entries.
    var holdsHearsay = false
    /// At central: the numbers of the origins of which entries are held ahead of the chain.
    var early: Set<Int64> = []
    /// At central: there are grids whose reports are still to be added to feeds.
    var hasBackfills = false
    /// For each peer: the last place of the missing entries that it was asked for.
    var fetchTurns: [NodeID: Int64] = [:]
    /// This node's wall clock minus its monotonic clock, in milliseconds, when another clock was last measured.
    var clockBase: ClockReference?
    let hot = HotReports()
    let reportIndex: ReportIndex
    let growth = GrowthNotes()
    /// The matters of incidents since people last resolved them.
    var told: Set<String> = []
    let calendars = KnownCalendars()
    /// What the running transaction adds to the order of arrival.
    var arrivals = ArrivalLog()
    /// The report that was stored last.
    var stored: ReportOverview?
    /// Free pages of the database after the last commit. SQLite uses them first.
    var freePages = 0

    /// The origin under which this node writes now.
    var own: Origin { identity.origin }

    /// How far it reaches.
    var head: Head {
        origins[own]?.position ?? Head(origin: own, seq: 0, chain: Chain.start(of: own))
    }

    /// How far heads were ever set back in total because central holds other entries.
    var vacated: UInt64 = 0

    /// How much was ever held without a gap, of all origins. Entries that moved to a new incarnation count there.
    var extent: UInt64 { vacated &+ origins.sumOfHeads }

    /// Call this after each transaction that was committed.
    func settle() {
        origins.settle()
        hot.settle()
        reportIndex.settle()
    }

    /// Call this after each transaction that was undone.
    func rollBack() {
        origins.rollBack()
        hot.rollBack()
        reportIndex.rollBack()
    }

    /// Before a transaction: extends the lease beyond all that the transaction may append.
    mutating func coverLease(appends count: Int) throws(JournalError) {
        let head = origins[own]?.head ?? 0
        try lease?.cover(head: head, count: count)
    }

    /// After a commit, before anybody learns of it: stores in the lease how far this node has come, and under which
    /// origin.
    mutating func followLease(durably: Bool = false) throws(JournalError) {
        let (own, head, extent) = (own, origins[own]?.head ?? 0, extent)
        if lease?.lease.origin == own {
            try lease?.reached(head, extent: extent, durably: durably)
        } else {
            try lease?.begin(own, reached: head, extent: extent)
        }
    }
}

/// A running transaction. If it does not commit, its copy of `memory` is dropped. After each transaction, `settle` or
/// `rollBack` of its memory must be called.
struct WriteContext {
    let db: Database
    var memory: WriterMemory
    /// The time of the running write, for entries that the journal itself writes.
    var moment = Stamp.unknown
    /// Set if the database itself failed inside a write. Then the whole transaction is abandoned.
    var failure: JournalError?

    init(db: Database, memory: WriterMemory) {
        self.db = db
        self.memory = memory
    }

    /// Runs one write of the group, so that a failure affects only this write. `body` undoes its own changes if it
    /// refuses something.
    mutating func isolated<Value>(_ body: (inout WriteContext) throws -> Value) -> Result<Value, JournalError> {
        if let failure { return .failure(failure) }
        do {
            return .success(try body(&self))
        } catch {
            let error = JournalError(error)
            switch error {
            case .failed, .damaged, .full: failure = error
            default: break
            }
            return .failure(error)
        }
    }

    /// Runs `body` in a savepoint. If it throws, its changes are undone.
    mutating func undoing<Value>(_ body: (inout WriteContext) throws -> Value) throws -> Value {
        let before = memory
        let marks = (origins: memory.origins.mark, ids: memory.reportIndex.mark)
        do {
            var value: Value?
            try db.inSavepoint {
                value = try body(&self)
                return .commit
            }
            guard let value else { throw JournalError.failed("the write returned nothing") }
            return value
        } catch {
            memory = before
            memory.origins.rollBack(to: marks.origins)
            memory.hot.rollBack()
            memory.reportIndex.rollBack(to: marks.ids)
            throw error
        }
    }

    /// The row of an origin. It is created if the origin is new.
    func origin(_ origin: Origin) throws -> OriginRow {
        if let known = memory.origins[origin] { return known }
        let row = OriginRow(number: memory.origins.nextNumber, origin: origin)
        try db.cachedStatement(
            sql: "INSERT INTO origins (number, node, incarnation, head, chain, receipt) VALUES (?, ?, ?, 0, ?, 0)"
        ).execute(arguments: [row.number, origin.node.column, origin.incarnation.column, row.chain.column])
        memory.origins.set(row, isMoved: false)
        return row
    }

    func setOrigin(_ row: OriginRow) { memory.origins.set(row, isMoved: true) }

    /// Writes the heads and the order of arrival. Call this once per transaction, not per entry.
    mutating func saveHeads() throws {
        try memory.arrivals.write(to: db)
        for row in memory.origins.takeMoved() {
            try db.cachedStatement(
                sql: """
                    UPDATE origins SET head = ?, chain = ?, receipt = ?, forked = ?, known = ? WHERE number = ?
                    """
            ).execute(arguments: [
                Int64(row.head), row.chain.column, Int64(row.receipt), row.forked.map { Int64($0) }, Int64(row.known),
                row.number,
            ])
        }
    }

    mutating func countFreePages() throws {
        memory.freePages = try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
    }

    /// Inserts one entry. `report` is nil for a quarantined one. `keepsID`: the caller stores the entry's id, so that
    /// a retry of an own entry is recognized.
    mutating func insert(
        _ entry: SealedEntry, at place: Place, report: Int64?, chain: Hash256?, keepsID: Bool = false
    ) throws {
        let insert = try db.raw(
            "INSERT INTO entries (place, report, hash, chain, bytes, quarantine) VALUES (?, ?, ?, ?, ?, ?)")
        insert.bind(place.rowID, at: 1)
        insert.bind(report, at: 2)
        insert.bind(entry.hash, at: 3)
        insert.bind(chain, at: 4)
        insert.bind(entry.bytes, at: 5)
        insert.bind(entry.quarantineReason, at: 6)
        try insert.run()
        memory.arrivals.note(place, of: report)
        if let attachments = entry.entry?.change.attachments, !attachments.isEmpty {
            try attach(attachments, at: place)
        }
        guard !keepsID, entry.dot.origin.node == memory.own.node, let content = entry.entry else { return }
        if content.hasIDOfReport, let report {
            try db.cachedStatement(sql: "UPDATE reports SET created = ? WHERE number = ? AND created IS NULL")
                .execute(arguments: [place.rowID, report])
        } else {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO keys (id, place) VALUES (?, ?)")
                .execute(arguments: [content.id.column, place.rowID])
        }
    }
}

extension Entry {
    /// The entry that creates a report usually has the report's id.
    var hasIDOfReport: Bool { id.value == report.value }
}
