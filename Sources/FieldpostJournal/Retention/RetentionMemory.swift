import FieldpostCore
import GRDB

/// How a gateway's journal measures how long entries have been kept.
///
/// Age is running time: milliseconds of the monotonic clock while the node ran, added up over all its runs and stored
/// with the journal. No wall clock is asked, so one that stands at 1970 or jumps ten years ahead ages nothing. What was
/// not noted before a crash is not counted, and neither is time for which the node was off: both only keep longer.
struct RetentionMemory: Sendable {
    /// Milliseconds of running time noted so far.
    var runningTime: Int64 = 0
    /// The incarnation of central that the marks are about.
    var central: Origin?
    /// Running time when that incarnation was first met. What central lost before it has come back only some time
    /// later, so nothing goes before a whole age has passed since.
    var since: Int64 = 0
    /// What central said in the sessions of this process that it holds of this node; nil before the first.
    var confirmed: Confirmation?
    /// Counts the times that entries were fetched back.
    var rehydrations = 0

    struct Confirmation: Sendable {
        let central: Origin
        var heads: [Origin: UInt64] = [:]
    }

    /// Far beyond the age of any machine: 139 years.
    private static let longest: Int64 = 1 << 42

    init() {}

    /// Reads the one row of `retention`. Where it is spoiled, all counts from the beginning.
    init(_ db: Database) throws {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM retention")
        guard let row, let runningTime = row.integer("running_time"), let since = row.integer("since"),
            (0...Self.longest).contains(runningTime), (0...runningTime).contains(since)
        else {
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO retention (only, running_time, since, entries, bytes) VALUES (1, 0, 0, 0, 0);
                    DELETE FROM marks;
                    UPDATE reports SET touched = 0 WHERE touched IS NOT NULL;
                    """)
            return
        }
        (self.runningTime, self.since) = (runningTime, since)
        central = Origin(row)
    }
}
