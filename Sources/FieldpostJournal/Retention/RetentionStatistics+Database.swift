import FieldpostStore
import GRDB

extension RetentionStatistics {
    init(_ db: Database) throws {
        let row = try Row.fetchOne(db, sql: "SELECT running_time, entries, bytes FROM retention")
        let prunedReports = try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE pruned") ?? 0
        let prunedEntries = Int(row?.integer("entries") ?? 0)
        let prunedBytes = Int(row?.integer("bytes") ?? 0)
        let rehydrating =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM entries WHERE quarantine = ?", arguments: [Quarantine.rehydrating]) ?? 0
        let oldest = try Int64.fetchOne(db, sql: "SELECT min(touched) FROM reports WHERE touched IS NOT NULL")
        let oldestMilliseconds = oldest.map { UInt64(clamping: (row?.integer("running_time") ?? 0) - $0) }
        let reusableBytes =
            (try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0) * DatabaseHeader.pageBytes
        self.init(
            prunedReports: prunedReports, prunedEntries: prunedEntries, prunedBytes: prunedBytes,
            rehydrating: rehydrating, oldestMilliseconds: oldestMilliseconds, reusableBytes: reusableBytes)
    }
}
