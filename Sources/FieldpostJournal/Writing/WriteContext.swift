import FieldpostCore
import Foundation
import GRDB

/// What the writer keeps in memory between transactions: small tables that every write consults.
struct WriterMemory: Sendable {
    var identity: JournalIdentity
    let role: Role
    let codec: any EntryCoding
    var origins: [Origin: OriginRow]
    /// Origins whose head moved in the running transaction.
    var moved: Set<Origin> = []
    /// Nil while a journal is built that nobody writes to yet.
    var lease: LeaseKeeper?
    var gateways: GatewayDirectory
    let newIncarnation: @Sendable () -> Incarnation
    var retention = RetentionMemory()
    /// At central: makes and checks its proofs.
    var proofKey: ProofKey?
    /// At central: some entries of others are kept apart until their author's word comes.
    var holdsHearsay = false
    /// Of each peer, up to which place it was asked for what is missing here.
    var fetchTurns: [NodeID: Int64] = [:]
    /// This node's wall clock minus its monotonic clock, in milliseconds, as measures of other clocks last found it.
    var clockBase: ClockReference?
    let hot = HotReports()
    /// What was said in incidents since people last resolved them.
    var told: Set<String> = []
    /// How the report stands that was stored last.
    var stored: ReportOverview?
    /// Pages of the database that hold nothing, as the last commit left them: SQLite writes to them first.
    var freePages = 0

    /// The origin that this node writes under now.
    var own: Origin { identity.origin }

    /// By how much heads of other nodes were ever set back, since central holds other entries.
    var vacated: UInt64 = 0

    /// How much was ever held without a gap, of all origins. What is moved to a new incarnation is held there.
    var extent: UInt64 { origins.values.reduce(vacated) { $0 &+ $1.head } }

    /// Before a transaction: the lease reaches beyond all that it may append.
    mutating func coverLease(appends count: Int) throws(JournalError) {
        let head = origins[own]?.head ?? 0
        try lease?.cover(head: head, count: count)
    }

    /// After a commit, before anybody hears of it: the lease tells how far this node has come, and as whom.
    mutating func followLease(durably: Bool = false) throws(JournalError) {
        let (own, head, extent) = (own, origins[own]?.head ?? 0, extent)
        if lease?.lease.origin == own {
            try lease?.reached(head, extent: extent, durably: durably)
        } else {
            try lease?.begin(own, reached: head, extent: extent)
        }
    }
}

/// One transaction in the making. A copy of `memory` is taken back when the transaction does not commit.
struct WriteContext {
    let db: Database
    var memory: WriterMemory
    /// When the write that runs was asked for, for what it has to say.
    var moment = Stamp.unknown
    /// Set when the database itself failed inside a write: the whole transaction is given up.
    var failure: JournalError?

    init(db: Database, memory: WriterMemory) {
        self.db = db
        self.memory = memory
    }

    /// Runs one write of the group in a savepoint, so that its failure undoes it alone.
    mutating func isolated<Value>(_ body: (inout WriteContext) throws -> Value) -> Result<Value, JournalError> {
        if let failure { return .failure(failure) }
        let before = memory
        do {
            var value: Value?
            try db.inSavepoint {
                value = try body(&self)
                return .commit
            }
            guard let value else { return .failure(.failed("the write returned nothing")) }
            return .success(value)
        } catch {
            memory = before
            memory.hot.rollBack()
            let error = JournalError(error)
            switch error {
            case .failed, .damaged, .full: failure = error
            default: break
            }
            return .failure(error)
        }
    }

    /// The row of an origin, made when it is new.
    mutating func origin(_ origin: Origin) throws -> OriginRow {
        if let known = memory.origins[origin] { return known }
        // Not the count: rows may have been mended away.
        let number = (memory.origins.values.map(\.number).max() ?? 0) + 1
        let row = OriginRow(number: number, origin: origin)
        try db.cachedStatement(
            sql: "INSERT INTO origins (number, node, incarnation, head, chain, receipt) VALUES (?, ?, ?, 0, ?, 0)"
        ).execute(arguments: [number, origin.node.column, origin.incarnation.column, row.chain.column])
        memory.origins[origin] = row
        return row
    }

    mutating func setOrigin(_ row: OriginRow) {
        memory.origins[row.origin] = row
        memory.moved.insert(row.origin)
    }

    /// Once per transaction, not per entry.
    mutating func saveHeads() throws {
        for origin in memory.moved {
            guard let row = memory.origins[origin] else { continue }
            try db.cachedStatement(
                sql: """
                    UPDATE origins SET head = ?, chain = ?, receipt = ?, forked = ?, known = ? WHERE number = ?
                    """
            ).execute(arguments: [
                Int64(row.head), row.chain.column, Int64(row.receipt), row.forked.map { Int64($0) }, Int64(row.known),
                row.number,
            ])
        }
        memory.moved = []
    }

    mutating func countFreePages() throws {
        memory.freePages = try Int.fetchOne(try db.cachedStatement(sql: "PRAGMA freelist_count")) ?? 0
    }

    /// Inserts one entry; `report` is nil for a quarantined one.
    func insert(_ entry: SealedEntry, at place: Place, report: Int64?, chain: Hash256?) throws {
        var quarantine: String?
        if case .quarantined(let reason) = entry.content { quarantine = reason }
        try db.cachedStatement(
            sql: "INSERT INTO entries (place, report, hash, chain, bytes, quarantine) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [
            place.rowID, report, entry.hash.column, chain?.column, Data(entry.bytes), quarantine,
        ])
        guard entry.dot.origin.node == memory.own.node, let id = entry.entry?.id else { return }
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO keys (id, place) VALUES (?, ?)")
            .execute(arguments: [id.column, place.rowID])
    }
}
