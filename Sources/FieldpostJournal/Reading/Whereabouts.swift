package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package func reports(
        in range: ClosedRange<ReportID>, limit: Int
    ) async throws(JournalError) -> [ReportID] {
        let recent = queue.reportIndex.recent(in: range, limit: limit)
        return try await read { db in
            // The transaction that added a recent id may have been undone, or may not be committed yet.
            var found = try Set(recent.filter { try db.isNumber($0.number, of: $0.id) }.map(\.id))
            for level in ["report_ids_1", "report_ids_2"] {
                let select = try db.cachedStatement(
                    sql: "SELECT id FROM \(level) WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?")
                let rows = try Row.fetchAll(
                    select, arguments: [range.lowerBound.column, range.upperBound.column, limit])
                found.formUnion(rows.compactMap { $0.blob("id").flatMap { ReportID(bytes: $0) } })
            }
            return Array(found.sorted().prefix(limit))
        }
    }

    package func whereabouts(of report: ReportID) async throws(JournalError) -> ReportWhereabouts? {
        try await read(report: report) { [role, node = origin.node] db, number in
            guard let number else { return nil }
            var reading = WhereaboutReading(number: number, node: node, role: role)
            return try reading.read(db)
        }
    }
}

private struct WhereaboutReading {
    let number: Int64
    let node: NodeID
    let role: Role
    private var found = ReportWhereabouts()
    /// This node's entries of the report, in order.
    private var own: [(place: Place, bytes: UInt64)] = []

    init(number: Int64, node: NodeID, role: Role) { (self.number, self.node, self.role) = (number, node, role) }

    mutating func read(_ db: Database) throws -> ReportWhereabouts? {
        let origins = try db.originRows(of: node)
        let numbers = Set(origins.map(\.number))
        let select = try db.cachedStatement(
            sql: """
                SELECT place, quarantine, length(bytes) AS size FROM entries WHERE report = ? ORDER BY place LIMIT ?
                """)
        let rows = try Row.fetchCursor(select, arguments: [number, Limits.soughtRows])
        while let row = try rows.next() {
            let place = Place(rowID: row["place"])
            let size = UInt64(clamping: row.integer("size") ?? 0)
            found.entries += 1
            if let reason = row.text("quarantine"), found.quarantined.count < Limits.soughtGateways,
                let origin = try db.originRow(number: place.origin)?.origin
            {
                found.quarantined.append(
                    QuarantinedEntry(
                        dot: Dot(origin, place.seq), reason: reason, byteCount: Int(clamping: size)))
            }
            if numbers.contains(place.origin) { own.append((place, size)) }
        }
        guard found.entries > 0 else { return nil }
        found.written = own.count
        let state = try Row.fetchOne(
            db, sql: "SELECT pruned, withdrawn FROM reports WHERE number = ?", arguments: [number])
        found.isPruned = state?.integer("pruned") == 1
        found.isWithdrawn = state?.integer("withdrawn") == 1
        if role == .gateway {
            found.waiting = try waiting(origins, db)
        } else {
            found.readers = try readers(db)
        }
        return found
    }

    // MARK: At a gateway

    private func waiting(_ origins: [OriginRow], _ db: Database) throws -> ReportWhereabouts.Waiting? {
        let receipts = Dictionary(uniqueKeysWithValues: origins.map { ($0.number, $0.receipt) })
        let unconfirmed = own.filter { $0.place.seq > receipts[$0.place.origin] ?? 0 }
        guard let first = unconfirmed.first else { return nil }
        var waiting = ReportWhereabouts.Waiting()
        waiting.entries = unconfirmed.count
        waiting.bytes = unconfirmed.reduce(0) { $0 + $1.bytes }
        let turn = try Row.fetchOne(
            db, sql: "SELECT number FROM urgent WHERE place = ?", arguments: [first.place.rowID])?.integer("number")
        if let turn {
            waiting.isUrgent = true
            let ahead = try sum(
                "SELECT length(bytes) AS size FROM urgent JOIN entries USING (place) WHERE number < ?", [turn], db)
            (waiting.entriesAhead, waiting.bytesAhead) = (UInt64(ahead.count), ahead.bytes)
            return waiting
        }
        for origin in origins where origin.receipt < origin.head && origin.number < first.place.origin {
            waiting.entriesAhead += origin.head - origin.receipt
        }
        let receipt = receipts[first.place.origin] ?? 0
        waiting.entriesAhead += first.place.seq - receipt - 1
        // The first of the rows that wait, whatever their origin: their mean stands for the rest.
        let ahead = try sum(
            "SELECT length(bytes) AS size FROM entries WHERE place > ? AND place < ?",
            [Place(origin: first.place.origin, seq: receipt).rowID, first.place.rowID], db)
        let mean = ahead.count > 0 ? Double(ahead.bytes) / Double(ahead.count) : 0
        waiting.bytesAhead =
            waiting.entriesAhead == UInt64(ahead.count)
            ? ahead.bytes : UInt64(mean * Double(waiting.entriesAhead))
        return waiting
    }

    private func sum(
        _ sizes: String, _ arguments: StatementArguments, _ db: Database
    ) throws -> (count: Int, bytes: UInt64) {
        let row = try Row.fetchOne(
            db, sql: "SELECT count(*) AS count, sum(size) AS bytes FROM (\(sizes) LIMIT ?)",
            arguments: arguments + [Limits.soughtRows])
        return (Int(clamping: row?.integer("count") ?? 0), UInt64(clamping: row?.integer("bytes") ?? 0))
    }

    // MARK: At central

    private func readers(_ db: Database) throws -> [ReportWhereabouts.Reader] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                WITH authors (node) AS (
                    SELECT DISTINCT origins.node FROM entries
                    JOIN origins ON origins.number = entries.place >> 40 WHERE entries.report = ?1
                )
                SELECT number, gateways.node, name, acknowledged,
                    EXISTS (SELECT 1 FROM authors WHERE authors.node = gateways.node) AS author
                FROM gateways WHERE author OR number IN (
                    SELECT grids.gateway FROM named JOIN grids ON grids.grid = named.grid WHERE named.report = ?1)
                ORDER BY name, gateways.node LIMIT ?2
                """, arguments: [number, Limits.soughtGateways])
        return try rows.compactMap { row in
            guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }), let gateway = row.integer("number"),
                try db.enrollment(of: node)?.state != .revoked
            else { return nil }
            return ReportWhereabouts.Reader(
                node: node, name: row.text("name") ?? "", isAuthor: row.integer("author") == 1,
                waiting: try waiting(for: gateway, after: row.integer("acknowledged") ?? 0, db))
        }
    }

    /// Nil if there is more in the feed than one look takes, or grids are still being added to it.
    private func waiting(for gateway: Int64, after position: Int64, _ db: Database) throws -> Int? {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS looked, total(entries.report = ?1) AS found,
                    EXISTS (SELECT 1 FROM backfills WHERE gateway = ?2) AS filling
                FROM (SELECT place FROM feed WHERE gateway = ?2 AND position > ?3 ORDER BY position LIMIT ?4) AS feed
                LEFT JOIN entries ON entries.place = feed.place
                """, arguments: [number, gateway, position, Limits.soughtRows])
        let found = Int(row?["found"] as Double? ?? 0)
        let isWhole = (row?.integer("looked") ?? 0) < Limits.soughtRows && row?.integer("filling") == 0
        return found > 0 || isWhole ? found : nil
    }
}
