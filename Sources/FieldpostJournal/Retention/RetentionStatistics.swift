import FieldpostCore
import GRDB

/// What a gateway pruned, and what it keeps.
package struct RetentionStatistics: Hashable, Sendable {
    /// Reports whose bodies are pruned now.
    package let prunedReports: Int
    /// Entries pruned so far, and the bytes of their bodies. An entry that was fetched and pruned again counts twice.
    package let prunedEntries: Int
    package let prunedBytes: Int
    /// Entries that are being fetched from central because something new came for their reports.
    package let rehydrating: Int
    /// Milliseconds of running time for which the oldest report is kept. Nil if there is none.
    package let oldestMilliseconds: UInt64?
    /// Free bytes inside the database.
    package let reusableBytes: Int

    init(_ db: Database) throws {
        let row = try Row.fetchOne(db, sql: "SELECT running_time, entries, bytes FROM retention")
        prunedReports = try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE pruned") ?? 0
        prunedEntries = Int(row?.integer("entries") ?? 0)
        prunedBytes = Int(row?.integer("bytes") ?? 0)
        rehydrating =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine = ?", arguments: [Quarantine.rehydrating]) ?? 0
        let oldest = try Int64.fetchOne(db, sql: "SELECT min(touched) FROM reports WHERE touched IS NOT NULL")
        oldestMilliseconds = oldest.map { UInt64(clamping: (row?.integer("running_time") ?? 0) - $0) }
        reusableBytes =
            (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0) * DatabaseHeader.pageBytes
    }
}
