import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// How a scrub goes through a journal. `CorruptionTests` show what it finds.
struct ScrubTests {
    private func scrub(_ journal: Journal, from start: ScrubCursor = .start, bytes: Int = 1024) async throws {
        var cursor: ScrubCursor? = start
        while let place = cursor {
            let step = try await journal.scrub(place, bytes: bytes)
            #expect(step.repaired == 0 && step.corrupt == 0)
            cursor = step.next
        }
    }

    @Test(arguments: [Role.gateway, .central])
    func `a scrub of a sound journal writes nothing`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        // What the filled journal holds of damage is repaired by a first scrub.
        var cursor: ScrubCursor? = .start
        while let place = cursor { cursor = try await node.journal.scrub(place).next }
        for number in 0..<100 { try await node.edit(try await node.create().entry.report, text: "\(number)") }
        let log = URL(filePath: node.journal.path + "-wal")
        let before = try Data(contentsOf: log)
        try await scrub(node.journal)
        #expect(try Data(contentsOf: log) == before)
    }

    @Test func `the writer repairs only what is still wrong when its turn comes`() async throws {
        let node = try TestNode(1)
        let report = try await node.create().entry.report
        for _ in 0..<3 { try await node.edit(report) }
        let changes = try await node.journal.queue.write { context in
            let before = context.db.totalChangesCount
            let repaired = try context.repairEntries(after: 0, upTo: .max)
            #expect(repaired == (0, 0))
            #expect(try !context.refresh(report: 1))
            return context.db.totalChangesCount - before
        }
        #expect(changes == 0)
    }

    @Test func `the tables of a large file are checked one by one, and an index that lacks a row is rebuilt`()
        async throws
    {
        let node = try TestNode(1)
        let report = try await node.create().entry.report
        try node.tamper { db in
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 'entries_by_report';
                    DELETE FROM sqlite_master WHERE name = 'entries_by_report';
                    PRAGMA writable_schema = RESET;
                    """)
            try db.execute(sql: "INSERT INTO entries SELECT place + 5, 1, hash, NULL, bytes, NULL FROM entries")
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    INSERT INTO sqlite_master SELECT * FROM kept;
                    PRAGMA writable_schema = RESET;
                    DROP TABLE kept;
                    """)
        }
        var tables: [String] = []
        var repaired: [String: Int] = [:]
        var cursor = ScrubCursor.table("accesses")
        while case .table(let name) = cursor {
            tables.append(name)
            let step = try await node.journal.scrub(cursor)
            repaired[name] = step.repaired
            cursor = try #require(step.next)
        }
        #expect(cursor == .entries(after: 0))
        #expect(repaired.filter { $0.value > 0 }.keys.sorted() == ["entries"])
        let held = try await node.journal.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        }
        #expect(tables == held)
        #expect(try await node.journal.report(report) != nil)
    }

    @Test func `a scrub goes on where it stopped after a clean stop, and from the start after another end`()
        async throws
    {
        let node = try TestNode(1)
        for _ in 0..<5 { try await node.create() }
        #expect(try await node.journal.scrubCursor() == .entries(after: 0))
        for cursor in [ScrubCursor.reports(after: 3), .entries(after: 1 << 40), .structure] {
            try await node.journal.keep(cursor)
            try node.journal.close()
            try node.reopen()
            #expect(try await node.journal.scrubCursor() == cursor)
        }
        try await node.journal.keep(.reports(after: 1))
        try node.journal.close()
        // As after a kill.
        try Data("1\n".utf8).write(to: URL(filePath: node.directory + "/journal.lock"))
        try node.reopen()
        #expect(try await node.journal.scrubCursor() == .start)
    }

    @Test func `a round that begins in the middle covers everything once`() {
        let all: [ScrubCursor] = [
            .structure, .table("a"), .table("b"), .entries(after: 0), .entries(after: 7), .reports(after: 0),
            .reports(after: 9),
        ]
        for begin in all {
            var round = ScrubRound(from: begin, start: .start)
            var visited: [ScrubCursor] = []
            while let cursor = round.next {
                visited.append(cursor)
                round.take(next: all.firstIndex(of: cursor).flatMap { $0 + 1 < all.count ? all[$0 + 1] : nil })
            }
            let index = all.firstIndex(of: begin) ?? 0
            #expect(visited == Array(all[index...] + all[..<index]))
        }
    }
}
