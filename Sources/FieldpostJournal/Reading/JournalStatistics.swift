package import FieldpostCore
import Foundation
import GRDB

/// What a journal holds, in numbers.
package struct JournalStatistics: Hashable, Sendable {
    package let reports: Int
    package let reportsInConflict: Int
    /// Entries that are kept but not merged: all of them, and those whose bytes are corrupt or never arrived.
    package let quarantined: Int
    package let corrupt: Int
    /// At a gateway: what was pruned, and what is kept.
    package let retention: RetentionStatistics
    /// The number of orphans: bytes that are kept without a place among the entries.
    package let orphans: Int
    /// At central: unconfirmed entries. A gateway gave them without a proof, and their author has not sent them yet.
    package let unconfirmed: Int
    /// Own entries that central keeps but cannot read.
    package let unread: Int
    /// At central: the names of gateways with a second incarnation that waits for an administrator.
    package let clones: [String]
    /// The size of the database file and of its write-ahead log.
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
        /// How much of the feed has not been acknowledged: entries, and reports that have left the scope.
        package let feedWaiting: UInt64
        /// The last position that the gateway holds durably.
        package let feedAcknowledged: UInt64
        /// A second incarnation of the gateway waits for an administrator.
        package let hasCloneWaiting: Bool
    }

    init(_ db: Database, path: String) throws {
        // Reports are never deleted, so their numbers have no gaps, and the last one counts them.
        reports = try Int.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
        reportsInConflict = try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE conflict") ?? 0
        quarantined =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine IS NOT NULL AND quarantine <> ?",
                arguments: [Quarantine.rehydrating]) ?? 0
        corrupt =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine IN (?, ?)",
                arguments: [Quarantine.corrupt, Quarantine.withheld]) ?? 0
        retention = try RetentionStatistics(db)
        orphans = try Int.fetchOne(db, sql: "SELECT count(*) FROM orphans") ?? 0
        unconfirmed = try Int.fetchOne(db, sql: "SELECT count(*) FROM hearsay") ?? 0
        unread = try Int.fetchOne(db, sql: "SELECT count(*) FROM unread") ?? 0
        clones = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT coalesce(gateways.name, hex(incarnations.node)) FROM incarnations
                LEFT JOIN gateways ON gateways.node = incarnations.node WHERE NOT accepted ORDER BY 1
                """)
        fileBytes = ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + ((attributes?[.size] as? NSNumber)?.intValue ?? 0)
        }
        origins = try db.originRows().map { OriginStatistics(head: $0.position, receipt: $0.receipt) }
        gateways = try Row.fetchAll(
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
    }
}
