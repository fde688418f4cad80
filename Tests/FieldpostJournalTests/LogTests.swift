import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// The write-ahead log stays small.
struct LogTests {
    private func logBytes(of node: TestNode) -> Int64 { JournalFiles.size(node.journal.path + "-wal") ?? 0 }

    /// Reads for some time.
    private static func read(for steps: Int, _ db: Database) throws {
        _ = try Int.fetchOne(
            db,
            sql: """
                WITH RECURSIVE n(i) AS (SELECT count(*) FROM orphans UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                SELECT max(i) FROM n
                """, arguments: [steps])
    }

    /// Writes about a mebibyte.
    private func writeMuch(_ journal: Journal) async throws {
        try await journal.queue.write { context in
            try context.db.execute(
                sql: "INSERT INTO orphans (origin, seq, bytes, reason) VALUES (0, 0, randomblob(1000000), '')")
        }
    }

    @Test func `while readers overlap and a writer never rests, the log stays bounded`() async throws {
        let node = try TestNode(1)
        let journal = node.journal
        let bound = Int64(Limits.logBytes + 2 * Limits.logStepBytes + 4 * 1024 * 1024)
        let largest = try await withThrowingTaskGroup(of: Void.self) { group in
            // Each reader starts the next read before another one ends.
            for steps in [20_000, 30_000, 40_000] {
                group.addTask {
                    while !Task.isCancelled {
                        try await journal.read { db in
                            try Self.read(for: steps, db)
                        }
                    }
                }
            }
            var largest: Int64 = 0
            for _ in 0..<150 {
                try await writeMuch(journal)
                largest = max(largest, logBytes(of: node))
            }
            group.cancelAll()
            return largest
        }
        #expect(largest < bound)
        try node.journal.close()
        try node.reopen()
        let kept = try await node.journal.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM orphans") }
        #expect(kept == 150)
    }

    @Test func `a read that takes long ends when the log must start again`() async throws {
        let node = try TestNode(1)
        let journal = node.journal
        async let long: Int? = journal.readInterruptibly { db in
            // By itself, it would take minutes.
            try Self.read(for: 1_000_000_000, db)
            return 1
        }
        let written = Task { for _ in 0..<100 where !Task.isCancelled { try await writeMuch(journal) } }
        #expect(try await long == nil)
        written.cancel()
        _ = await written.result
        let short = try await journal.readInterruptibly { db in try Int.fetchOne(db, sql: "SELECT 7") }
        #expect(short == 7)
    }

    @Test func `a checkpoint may find the disk full or readers, and other errors are final`() {
        for code in [ResultCode.SQLITE_BUSY, .SQLITE_FULL] {
            #expect(LogKeeper.isHarmless(DatabaseError(resultCode: code)))
        }
        #expect(!LogKeeper.isHarmless(DatabaseError(resultCode: .SQLITE_IOERR)))
    }

    @Test func `a page of reports is read in several reads, and is complete`() async throws {
        let node = try TestNode(1)
        var made: [ReportID] = []
        for number in 0..<60 { made.append(try await node.create(text: "\(number)").entry.report) }
        var query = ReportQuery()
        query.limit = 40
        let first = try await node.journal.reports(query)
        #expect(first.reports.map(\.id) == Array(made.reversed().prefix(40)))
        query.before = first.next
        #expect(try await node.journal.reports(query).reports.map(\.id) == Array(made.reversed().dropFirst(40)))
    }
}
