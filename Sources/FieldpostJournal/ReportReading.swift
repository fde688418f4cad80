package import FieldpostCore
import Foundation
import GRDB

extension Database {
    /// Folds the report with this number from its entries. Rotten entries count as missing.
    func report(number: Int64, codec: any EntryCoding) throws -> Report? {
        guard
            let id = try Data.fetchOne(self, sql: "SELECT id FROM reports WHERE number = ?", arguments: [number])
                .flatMap({ ReportID(bytes: $0) })
        else { return nil }
        let statement = try cachedStatement(
            sql: """
                SELECT entries.place, entries.hash, entries.bytes, origins.node, origins.incarnation
                FROM entries JOIN origins ON origins.number = entries.place >> 40 WHERE report = ?
                """)
        let entries = try Row.fetchAll(statement, arguments: [number]).compactMap { row -> Entry? in
            try EntryRow(row).open(codec: codec) { _ in
                guard let node = NodeID(bytes: row["node"] as Data),
                    let incarnation = Incarnation(bytes: row["incarnation"] as Data)
                else { return nil }
                return Origin(node: node, incarnation: incarnation)
            }.entry
        }
        return Report(id: id, folding: entries)
    }
}

/// One digest over a set of reports, and how many they are.
package struct ReportsDigest: Hashable, Sendable {
    package let digest: Hash256
    package let reports: Int

    /// Over all reports held, or over those in the scope of a gateway: those it wrote to, and those its feed brought
    /// it.
    init(_ db: Database, scope gateway: NodeID?) throws {
        var sql = "SELECT id, digest FROM reports"
        var arguments = StatementArguments()
        if let gateway {
            let number = "(SELECT number FROM gateways WHERE node = ?)"
            sql += " WHERE number IN (SELECT report FROM scopes WHERE gateway = \(number)"
            arguments += [gateway.column]
            for row in try db.originRows() where row.origin.node == gateway {
                sql += " UNION SELECT report FROM entries WHERE place BETWEEN ? AND ?"
                arguments += [
                    Place(origin: row.number, seq: 0).rowID, Place(origin: row.number, seq: Limits.seq).rowID,
                ]
            }
            sql += ")"
        }
        var count = 0
        let rows = try Row.fetchCursor(db, sql: sql + " ORDER BY id", arguments: arguments)
        var failure: (any Error)?
        let pairs = AnyIterator<(ReportID, Hash256)> {
            do {
                guard let row = try rows.next(), let id = ReportID(bytes: row["id"] as Data) else { return nil }
                count += 1
                return (id, try Hash256(column: row["digest"]))
            } catch {
                failure = error
                return nil
            }
        }
        digest = Report.digest(ofSorted: IteratorSequence(pairs))
        if let failure { throw failure }
        reports = count
    }
}

/// What a journal holds, in numbers.
package struct JournalStatistics: Hashable, Sendable {
    package let reports: Int
    package let reportsInConflict: Int
    package let quarantined: Int
    /// Bytes of the database file and of its write-ahead log.
    package let fileBytes: Int
    package let origins: [OriginStatistics]
    package let gateways: [GatewayStatistics]

    package struct OriginStatistics: Hashable, Sendable {
        package let head: Head
        package let receipt: UInt64
    }

    package struct GatewayStatistics: Hashable, Sendable {
        package let node: NodeID
        package let name: String
        package let grids: [String]
        /// The last position of its feed, and the last that it holds durably.
        package let feedPosition: UInt64
        package let feedAcknowledged: UInt64
    }

    init(_ db: Database, path: String) throws {
        // Reports are never deleted, so their numbers have no gaps, and the last one counts them.
        reports = try Int.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
        reportsInConflict = try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE conflict") ?? 0
        quarantined = try Int.fetchOne(db, sql: "SELECT count(*) FROM entries WHERE quarantine IS NOT NULL") ?? 0
        fileBytes = ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
        origins = try db.originRows().map { OriginStatistics(head: $0.position, receipt: $0.receipt) }
        gateways = try Row.fetchAll(
            db,
            sql: """
                SELECT number, node, name, acknowledged,
                    coalesce((SELECT max(position) FROM feed WHERE gateway = gateways.number), 0) AS last
                FROM gateways ORDER BY name
                """
        ).compactMap { row in
            guard let node = NodeID(bytes: row["node"] as Data) else { return nil }
            return GatewayStatistics(
                node: node, name: row["name"],
                grids: try String.fetchAll(
                    db, sql: "SELECT grid FROM grids WHERE gateway = ? ORDER BY grid",
                    arguments: [row["number"] as Int64]),
                feedPosition: UInt64(row["last"] as Int64), feedAcknowledged: UInt64(row["acknowledged"] as Int64))
        }
    }
}

extension GatewayDirectory {
    init(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT number, node FROM gateways") {
            guard let node = NodeID(bytes: row["node"] as Data) else { continue }
            let number: Int64 = row["number"]
            let grids = try String.fetchAll(db, sql: "SELECT grid FROM grids WHERE gateway = ?", arguments: [number])
            set(Gateway(number: number, grids: Set(grids)), for: node)
        }
    }
}
