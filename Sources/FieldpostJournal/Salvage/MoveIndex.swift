import FieldpostCore
import Foundation
import GRDB

/// Stores, in a temporary database, which entries of this node got new dots.
final class MoveIndex {
    private let queue: DatabaseQueue
    private var numbers: [Origin: Int] = [:]

    init() throws {
        queue = try DatabaseQueue(path: "")
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = OFF;
                    CREATE TABLE moved (
                        report BLOB, origin INTEGER, seq INTEGER, fresh INTEGER, PRIMARY KEY (report, origin, seq)
                    ) WITHOUT ROWID;
                    CREATE TABLE latest (report BLOB PRIMARY KEY, fresh INTEGER) WITHOUT ROWID;
                    """)
        }
    }

    /// The last new seq that an entry of a report got. 0 if none did.
    func latest(of report: ReportID) throws -> UInt64 {
        try queue.read { db in
            let statement = try db.cachedStatement(sql: "SELECT fresh FROM latest WHERE report = ?")
            return UInt64(try Int64.fetchOne(statement, arguments: [report.column]) ?? 0)
        }
    }

    /// The highest new seq that a context may name for the moved entries of a report. With it, the context covers no
    /// entry at its new dot that it did not cover at its old dot. Nil if the context may name none.
    func latest(of report: ReportID, coveredBy context: VersionVector) throws -> UInt64? {
        try queue.read { db in
            let uncovered = try db.cachedStatement(
                sql: "SELECT fresh FROM moved WHERE report = ? AND origin = ? AND seq > ? ORDER BY seq LIMIT 1")
            let covered = try db.cachedStatement(
                sql: """
                    SELECT fresh FROM moved WHERE report = ? AND origin = ? AND seq <= ? AND fresh < ?
                    ORDER BY seq DESC LIMIT 1
                    """)
            let seen = numbers.map { origin, number in (number, Int64(clamping: context[origin])) }
            let end = try seen.compactMap { number, seq in
                try Int64.fetchOne(uncovered, arguments: [report.column, number, seq])
            }.min()
            return try seen.compactMap { number, seq in
                try Int64.fetchOne(covered, arguments: [report.column, number, seq, end ?? Int64.max])
            }.max().map { UInt64($0) }
        }
    }

    /// Stores that the entry at `dot` has moved to the seq `fresh` of the new origin.
    func add(_ report: ReportID, from dot: Dot, to fresh: UInt64) throws {
        let number = numbers[dot.origin] ?? numbers.count
        numbers[dot.origin] = number
        try queue.writeWithoutTransaction { db in
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO moved VALUES (?, ?, ?, ?)")
                .execute(arguments: [report.column, number, Int64(dot.seq), Int64(fresh)])
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO latest VALUES (?, ?)")
                .execute(arguments: [report.column, Int64(fresh)])
        }
    }
}
