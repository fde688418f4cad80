import FieldpostCore
import GRDB

/// Measures how long a gateway's journal has kept entries.
///
/// Age is running time: milliseconds of the monotonic clock while the node ran, added up over all its runs and stored
/// with the journal. Wall clocks play no part, so a clock that stands at 1970 or jumps ten years ahead ages nothing.
/// Time that was not stored before a crash does not count, nor does time while the node was off. Both only keep entries
/// longer.
struct RetentionMemory: Sendable {
    /// Milliseconds of running time stored so far.
    var runningTime: Int64 = 0
    /// The incarnation of central to which the marks belong.
    var central: Origin?
    /// The running time when this node first met that incarnation. What central lost before it comes back only after
    /// some time. So nothing is pruned before a whole age has passed since.
    var since: Int64 = 0
    /// What central confirmed, in sessions of this process, that it holds of this node. Nil before the first session.
    var confirmed: Confirmation?
    /// How often pruned bodies were fetched again.
    var rehydrations = 0

    struct Confirmation: Sendable {
        let central: Origin
        var heads: [Origin: UInt64] = [:]
    }

    /// 139 years: longer than any machine runs.
    private static let longest: Int64 = 1 << 42

    init() {}

    /// Reads the one row of `retention`. If it is damaged, all counts start again at zero.
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
