import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension Database {
    /// Folds the report with this number from its entries. Corrupt entries count as missing.
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
                guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
                    let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) })
                else { return nil }
                return Origin(node: node, incarnation: incarnation)
            }.entry
        }
        return entries.isEmpty ? nil : Report(id: id, folding: entries)
    }
}

extension ReportsDigest {
    /// Computes the digest over all reports held, or over those in a gateway's scope (`GatewayScope`). At a gateway,
    /// leaves out the reports that have left its scope.
    init(_ db: Database, scope gateway: NodeID?, codec: any EntryCoding) throws {
        var sql = "SELECT number, id, digest FROM reports WHERE length(digest) > 0 AND NOT withdrawn"
        var arguments = StatementArguments()
        if let gateway {
            let number = "(SELECT number FROM gateways WHERE node = ?)"
            sql += " AND number IN (SELECT named.report FROM named JOIN grids ON grids.grid = named.grid"
            sql += " WHERE grids.gateway = \(number)"
            arguments += [gateway.column]
            // The join goes through the origins of the gateway, and through the entries of each by their places.
            sql += " UNION SELECT report FROM origins CROSS JOIN entries"
            sql += " ON place BETWEEN origins.number << 40 AND origins.number << 40 | ? WHERE origins.node = ?)"
            arguments += [Int64(Limits.seq), gateway.column]
        }
        var count = 0
        let rows = try Row.fetchCursor(db, sql: sql + " ORDER BY id", arguments: arguments)
        var failure: (any Error)?
        let pairs = AnyIterator<(ReportID, Hash256)> {
            do {
                guard let row = try rows.next() else { return nil }
                guard let id = row.blob("id").flatMap({ ReportID(bytes: $0) }),
                    let stored = row.blob("digest"),
                    let digest = try stored.elementsEqual(StoredDigest.stale)
                        ? db.report(number: row["number"], codec: codec)?.digest : Hash256(bytes: stored)
                else {
                    throw JournalError.damaged(path: JournalFiles.databaseName, reason: "a row of `reports` is damaged")
                }
                count += 1
                return (id, digest)
            } catch {
                failure = error
                return nil
            }
        }
        let sum = Report.digest(ofSorted: IteratorSequence(pairs))
        if let failure { throw failure }
        self.init(digest: sum, reports: count)
    }
}

extension GatewayDirectory {
    init(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT number, node FROM gateways") {
            guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }) else { continue }
            let number: Int64 = row["number"]
            let grids = try Row.fetchAll(db, sql: "SELECT grid FROM grids WHERE gateway = ?", arguments: [number])
            let served = Set(grids.compactMap { $0.text("grid") })
            set(Gateway(node: node, number: number, grids: served), for: node)
        }
    }
}
