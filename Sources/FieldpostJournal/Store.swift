import FieldpostCore
import Foundation
import GRDB

/// An entry on its way into the tables.
struct Arrival {
    let entry: SealedEntry
    let place: Place
    /// H(seq), where the origin's run up to here is held.
    let chain: Hash256?
}

/// What the tables hold of one report.
struct HeldReport {
    let number: Int64
    /// Those that can be read and whose hash agrees.
    let entries: [Entry]
    /// Those of all that are held, rotten ones included.
    let dots: [Dot]
    /// The bodies of its entries are not kept any more.
    var isPruned = false

    /// Who wrote any of it.
    var authors: Set<NodeID> { Set(dots.map(\.origin.node)) }

    /// The seq of an origin's last entry; 0 when there is none. A rotten one counts: whoever names the one before it as
    /// the last would claim to have seen it.
    func last(of origin: Origin) -> UInt64 { dots.filter { $0.origin == origin }.map(\.seq).max() ?? 0 }
}

extension WriteContext {
    /// Writes entries that are not held yet, brings their reports up to date, and lays them into the feeds of the
    /// gateways they concern. `peer`: who gave them one by one, out of what it keeps of others; nil where their author
    /// did, or they were written here.
    mutating func store(_ arrivals: [Arrival], gatheredFrom peer: NodeID? = nil) throws {
        var order: [ReportID] = []
        var byReport: [ReportID: [Arrival]] = [:]
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport else {
                try insert(arrival.entry, at: arrival.place, report: nil, chain: arrival.chain)
                try heed(arrival)
                continue
            }
            if byReport[entry.report] == nil { order.append(entry.report) }
            byReport[entry.report, default: []].append(arrival)
        }
        for id in order { try store(byReport[id] ?? [], of: id, gatheredFrom: peer) }
    }

    private mutating func store(_ arrivals: [Arrival], of id: ReportID, gatheredFrom peer: NodeID?) throws {
        let new = arrivals.compactMap(\.entry.entry)
        let held = try reportEntries(id)
        if let held, held.isPruned { try callBack(report: held.number) }
        let report = Report(id: id, folding: (held?.entries ?? []) + new)
        let number = try save(
            report, as: held?.number, touched: memory.role == .gateway ? memory.retention.clock : nil)
        for arrival in arrivals {
            try insert(arrival.entry, at: arrival.place, report: number, chain: arrival.chain)
        }
        if memory.role == .central {
            try feed(
                number: number, isNew: held == nil, authors: held?.authors ?? [], arrivals: arrivals,
                gatheredFrom: peer)
        }
    }

    /// The entries held of a report that can be read and whose hash agrees; nil when there is no such report. A rotten
    /// entry counts as missing: the report's clock then stops before it.
    func reportEntries(_ id: ReportID) throws -> HeldReport? {
        let find = try db.cachedStatement(sql: "SELECT number, pruned FROM reports WHERE id = ?")
        guard let row = try Row.fetchOne(find, arguments: [id.column]) else { return nil }
        let number: Int64 = row["number"]
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE report = ?")
        let all = try Row.fetchAll(select, arguments: [number]).map { try open($0) }
        return HeldReport(
            number: number, entries: all.compactMap(\.entry), dots: all.map(\.dot), isPruned: row.integer("pruned") == 1
        )
    }

    /// Reads a row of `place`, `hash`, `bytes`, and checks the hash.
    func open(_ row: Row) throws -> SealedEntry {
        try EntryRow(row).open(codec: memory.codec) { number in
            memory.origins.values.first { $0.number == number }?.origin
        }
    }

    /// Writes the row that listings and digests read. `touched`: running time, when something new of it came. Returns
    /// its number.
    func save(_ report: Report, as number: Int64?, touched: Int64? = nil) throws -> Int64 {
        let update = """
            UPDATE reports SET digest = ?, conflict = ?, channel = ?, category = ?, priority = ?, grid = ?, stage = ?,
            department = ?, touched = coalesce(?, touched) WHERE number = ?
            """
        let insert = """
            INSERT INTO reports (digest, conflict, channel, category, priority, grid, stage, department, touched,
                id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let statement = try db.cachedStatement(sql: number == nil ? insert : update)
        // One literal: arguments put together from parts cost more than the insertion.
        try statement.execute(arguments: [
            report.digest.column, report.isConflict, report.text(of: .channel), report.text(of: .category),
            report.text(of: .priority), report.text(of: .grid), report.text(of: .stage), report.text(of: .department),
            touched, number?.databaseValue ?? report.id.column.databaseValue,
        ])
        return number ?? db.lastInsertedRowID
    }
}
