package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package func urgent(
        after number: UInt64, limit: RunLimit
    ) async throws(JournalError) -> UrgentRun {
        try await read { [node = origin.node, codec] db in
            try db.urgent(after: number, limit: limit, of: node, codec: codec)
        }
    }

    package func compare(early known: KnownEntry) async throws(JournalError) -> IncarnationStart.Cause? {
        let own = origin
        guard known.dot.origin == own, known.dot.seq <= Limits.seq else { return nil }
        return try await read { db in
            guard let row = try db.originRow(own), known.dot.seq <= row.head else {
                let held = try db.originRow(own)?.head ?? 0
                return .rewound(own, held: held, peer: known.dot.seq)
            }
            let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
            let place = Place(origin: row.number, seq: known.dot.seq)
            guard let held = try Row.fetchOne(select, arguments: [place.rowID]).map({ EntryRow($0) }),
                held.isSound, held.hash != known.hash
            else { return nil }
            return .forked(own, agreed: known.dot.seq - 1)
        }
    }
}

extension Database {
    fileprivate func urgent(
        after number: UInt64, limit: RunLimit, of node: NodeID, codec: any EntryCoding
    ) throws -> UrgentRun {
        var run = UrgentRun(upTo: number)
        run.newest = try UInt64(clamping: Int64.fetchOne(self, sql: "SELECT max(number) FROM urgent") ?? 0)
        let select = try cachedStatement(
            sql: """
                SELECT number, entries.place, hash, bytes FROM urgent LEFT JOIN entries ON entries.place = urgent.place
                WHERE number > ? ORDER BY number
                """)
        let rows = try Row.fetchCursor(select, arguments: [Int64(clamping: number)])
        var (bytes, examined) = (0, 0)
        while let row = try rows.next() {
            if row.integer("place") != nil, case let entry = EntryRow(row), entry.isSound,
                entry.bytes.count <= Limits.earlyEntryBytes,
                let origin = try originRow(number: entry.place.origin)?.origin, origin.node == node
            {
                guard run.entries.count < limit.entries, run.entries.isEmpty || bytes + entry.bytes.count <= limit.bytes
                else {
                    run.isLast = false
                    break
                }
                run.entries.append(EarlyEntry(dot: Dot(origin, entry.place.seq), bytes: entry.bytes))
                bytes += entry.bytes.count
            }
            run.upTo = UInt64(clamping: row.integer("number") ?? 0)
            examined += 1
            guard examined < Limits.earlyEntries else {
                run.isLast = false
                break
            }
        }
        return run
    }
}

extension WriteContext {
    /// At a gateway: notes that entries of an urgent report may go ahead of their chain: those that its author has just
    /// stored, and all earlier ones that central may lack. So central never gets the end of a report without its start.
    /// An ordinary report costs nothing.
    func noteUrgent(_ arrivals: [Arrival], of report: ReportOverview, number: Int64) throws {
        guard memory.role == .gateway, report.isUrgent else { return }
        let own = arrivals.filter { $0.entry.dot.origin.node == memory.own.node }
        for origin in Set(own.map(\.place.origin)).sorted() {
            guard let row = memory.origins[origin] else { continue }
            try db.cachedStatement(
                sql: """
                    INSERT OR IGNORE INTO urgent (place)
                    SELECT place FROM entries WHERE report = ? AND place > ? AND place <= ? ORDER BY place
                    """
            ).execute(arguments: [
                number, Place(origin: origin, seq: row.receipt).rowID, Place(origin: origin, seq: Limits.seq).rowID,
            ])
        }
    }

    /// When the first entry was made that a receipt confirms and no earlier one did. Nil if there is none, or it cannot
    /// be read.
    func oldestStamp(confirmedBy receipt: Receipt, _ codec: any EntryCoding) throws -> Stamp? {
        guard let row = memory.origins[receipt.head.origin], row.receipt < min(receipt.head.seq, row.head) else {
            return nil
        }
        return try db.stamp(at: Place(origin: row.number, seq: row.receipt + 1).rowID, codec)
    }

    /// Central holds an origin of this node up to `seq`. An earlier receipt that reached further still counts.
    func raiseReceipt(of row: inout OriginRow, to seq: UInt64) throws {
        guard seq > row.receipt else { return }
        row.receipt = seq
        setOrigin(row)
        try db.cachedStatement(sql: "DELETE FROM urgent WHERE place > ? AND place <= ?")
            .execute(arguments: [Place(origin: row.number, seq: 0).rowID, Place(origin: row.number, seq: seq).rowID])
    }
}
