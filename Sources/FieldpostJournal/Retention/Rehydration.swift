package import FieldpostCore
package import FieldpostStore
import GRDB

extension WriteContext {
    /// Something new came for a report whose bodies were pruned, so the bodies are needed to fold it correctly. They
    /// are fetched from central. Until they arrive, the report shows them as a gap.
    mutating func rehydrate(report id: ReportID, number: Int64) throws {
        memory.hot.forget(id)
        try db.execute(
            sql: "UPDATE entries SET quarantine = ? WHERE report = ? AND length(bytes) = 0 AND quarantine IS NULL",
            arguments: [Quarantine.rehydrating, number])
        try db.execute(sql: "UPDATE reports SET pruned = 0, withdrawn = 0 WHERE number = ?", arguments: [number])
        memory.retention.rehydrations += 1
    }

    /// The hash of a pruned entry is corrupt. Central has the entry.
    mutating func rehydrate(_ place: Place) throws {
        try db.execute(
            sql: "UPDATE entries SET quarantine = ? WHERE place = ?", arguments: [Quarantine.rehydrating, place.rowID])
        memory.retention.rehydrations += 1
    }

    func isPruned(_ row: Row) throws -> Bool { try db.isPruned(row) }
}

extension WriteContext {
    /// Whether the report of an entry has left this gateway's scope.
    func isWithdrawn(_ row: Row) throws -> Bool {
        guard let report = row.integer("report") else { return false }
        return try Bool.fetchOne(db, sql: "SELECT withdrawn FROM reports WHERE number = ?", arguments: [report])
            ?? false
    }
}

extension Journal {
    package func grid(of id: ReportID) async throws(JournalError) -> String? {
        try await read(report: id) { db, number in
            try String.fetchOne(db, sql: "SELECT grid FROM reports WHERE number = ?", arguments: [number])
        }
    }

    /// Whether this node has pruned a report's bodies. Central has them.
    package func isPruned(_ id: ReportID) async throws(JournalError) -> Bool {
        try await read(report: id) { db, number in
            try Bool.fetchOne(db, sql: "SELECT pruned FROM reports WHERE number = ?", arguments: [number]) ?? false
        }
    }
}

extension Database {
    /// Whether the report of an entry without bytes was pruned. Then the missing bytes are not an error.
    func isPruned(_ row: Row) throws -> Bool {
        guard row.blob("bytes")?.isEmpty == true, row.text("quarantine") == nil, let report = row.integer("report")
        else { return false }
        let find = try cachedStatement(sql: "SELECT pruned FROM reports WHERE number = ?")
        return try Bool.fetchOne(find, arguments: [report]) ?? false
    }

    /// H(seq) at an entry without bytes, if its hash and its chain value disagree. Of the two possible values, returns
    /// the one that the next entry confirms. Returns nil if it confirms neither.
    func settledChain(of row: OriginRow, _ entry: EntryRow, stored: Hash256?, after before: Hash256) throws -> Hash256?
    {
        let values = [entry.hash.map { Chain.link(before, $0) }, stored].compactMap { $0 }
        let seq = entry.place.seq
        guard seq < row.head else { return values.first { $0 == row.chain } }
        let find = try cachedStatement(sql: "SELECT place, hash, bytes, chain FROM entries WHERE place = ?")
        let next = try Row.fetchOne(find, arguments: [Place(origin: row.number, seq: seq + 1).rowID])
        guard let next, let chain = next.blob("chain").flatMap({ Hash256(bytes: $0) }) else { return nil }
        return values.first { EntryRow(next).packed(after: $0, chain: chain)?.chain == chain }
    }
}
