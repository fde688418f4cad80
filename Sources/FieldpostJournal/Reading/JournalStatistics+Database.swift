import FieldpostCore
import FieldpostStore
import GRDB

extension JournalStatistics {
    init(_ db: Database, path: String) throws {
        // Reports are never deleted, so their numbers have no gaps, and the last one counts them.
        let reports = try Int.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
        let reportsInConflict = try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE conflict") ?? 0
        let quarantined =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine IS NOT NULL AND quarantine <> ?",
                arguments: [Quarantine.rehydrating]) ?? 0
        let corrupt =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine IN (?, ?)",
                arguments: [Quarantine.corrupt, Quarantine.withheld]) ?? 0
        let retention = try RetentionStatistics(db)
        let orphans = try Int.fetchOne(db, sql: "SELECT count(*) FROM orphans") ?? 0
        let unconfirmed = try Int.fetchOne(db, sql: "SELECT count(*) FROM hearsay") ?? 0
        let early = try Int.fetchOne(db, sql: "SELECT count(*) FROM early") ?? 0
        let unread = try Int.fetchOne(db, sql: "SELECT count(*) FROM unread") ?? 0
        let clones = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT coalesce(gateways.name, hex(incarnations.node)) FROM incarnations
                LEFT JOIN gateways ON gateways.node = incarnations.node WHERE NOT accepted ORDER BY 1
                """)
        let fileBytes = Int(JournalFiles.size(path) ?? 0)
        let walBytes = Int(JournalFiles.size(path + "-wal") ?? 0)
        let origins = try db.originRows().map { OriginStatistics(head: $0.position, receipt: $0.receipt) }
        let gateways: [GatewayStatistics] = try Row.fetchAll(
            db,
            sql: """
                SELECT number, node, name, acknowledged,
                    (SELECT count(*) FROM feed WHERE gateway = gateways.number AND position > acknowledged) AS waiting,
                    EXISTS (
                        SELECT 1 FROM incarnations WHERE incarnations.node = gateways.node AND NOT accepted
                    ) AS cloned
                FROM gateways ORDER BY name
                """
        ).compactMap { row in
            guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }) else { return nil }
            return GatewayStatistics(
                node: node, name: row.text("name") ?? "",
                grids: try String.fetchAll(
                    db, sql: "SELECT grid FROM grids WHERE gateway = ? ORDER BY grid",
                    arguments: [row["number"] as Int64]),
                feedWaiting: UInt64(clamping: row.integer("waiting") ?? 0),
                feedAcknowledged: UInt64(clamping: row.integer("acknowledged") ?? 0),
                hasCloneWaiting: row.integer("cloned") == 1)
        }
        self.init(
            reports: reports, reportsInConflict: reportsInConflict, quarantined: quarantined, corrupt: corrupt,
            retention: retention, orphans: orphans, unconfirmed: unconfirmed, early: early, unread: unread,
            clones: clones, fileBytes: fileBytes + walBytes, walBytes: walBytes, origins: origins, gateways: gateways)
    }
}
