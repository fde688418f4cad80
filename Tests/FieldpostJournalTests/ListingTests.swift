import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

/// Listings by field, in a journal with many reports.
struct ListingTests {
    /// A journal with rows of reports only.
    private func filled(_ count: Int, seed: UInt64) async throws -> TestNode {
        let node = try TestNode(1)
        try await node.journal.queue.write { context in
            var random = Seeded(seed)
            for number in 1...count {
                let hasGrid = Int.random(in: 0..<10, using: &random) > 0
                let grid = hasGrid ? "网格\(Int.random(in: 0..<40, using: &random))" : nil
                try context.db.execute(
                    sql: """
                        INSERT INTO reports (id, digest, conflict, category, grid, stage, pruned, handled)
                        VALUES (?, x'', ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        ReportID(UInt128(number)).column, number % 7 == 0, "c\(number % 3)", grid,
                        number % 700 == 0 ? "rare" : "s\(Int.random(in: 0..<4, using: &random))", number % 11 == 0,
                        number % 5 != 0,
                    ])
            }
            for _ in 0..<count / 10 {
                try context.db.execute(
                    sql: "UPDATE reports SET stage = 'late' WHERE number = ?",
                    arguments: [Int.random(in: 1...count, using: &random)])
            }
        }
        return node
    }

    private func numbers(_ query: ReportQuery, _ db: Database, pause: Bool = false) throws -> [Int64] {
        var listing = Listing(query)
        while !listing.isComplete {
            try listing.search(db, until: pause ? .now : .now + .seconds(60))
        }
        return listing.numbers
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `each filter finds what a search of all rows finds`(seed: UInt64) async throws {
        let node = try await filled(3000, seed: seed)
        try await node.journal.read { db in
            var random = Seeded(seed + 100)
            for _ in 0..<150 {
                var query = ReportQuery()
                if Bool.random(using: &random) {
                    query.matching[.grid] = "网格\(Int.random(in: 0..<41, using: &random))"
                }
                if Bool.random(using: &random) {
                    query.matching[.stage] = ["rare", "late", "s1", "none"].randomElement(using: &random)
                }
                if Bool.random(using: &random) { query.matching[.category] = "c1" }
                query.conflict = [nil, true, false].randomElement(using: &random) ?? nil
                query.isUntouched = Int.random(in: 0..<3, using: &random) == 0
                query.before = Bool.random(using: &random) ? .random(in: 1...3100, using: &random) : nil
                query.limit = .random(in: 1...60, using: &random)
                let rows = try Row.fetchAll(db, sql: "SELECT * FROM reports WHERE NOT pruned ORDER BY number DESC")
                let wanted = rows.filter { row in
                    query.matching.allSatisfy { (row[$0.key.rawValue] as String?) == $0.value }
                        && (query.conflict.map { $0 == (row["conflict"] as Bool) } ?? true)
                        && (!query.isUntouched || row["handled"] == false)
                        && (query.before.map { (row["number"] as Int64) < $0 } ?? true)
                }.prefix(query.limit + 1).map { $0["number"] as Int64 }
                #expect(try numbers(query, db) == wanted)
                #expect(try numbers(query, db, pause: true) == wanted, "in many short reads")
            }
        }
    }

    @Test func `a rare value leads to the blocks that have it, and a missing one to none`() async throws {
        let node = try await filled(10_000, seed: 7)
        try await node.journal.read { db in
            func blocks(_ values: [FieldName: String], before: Int64? = nil) throws -> [Int64] {
                let cursor = try Listing.blocks(having: values, before: before, db)
                return try Array(cursor)
            }
            let rare = (1...14).map { Int64(($0 * 700) >> 7) }
            #expect(try blocks([.stage: "rare"]) == rare.reversed())
            #expect(try blocks([.stage: "rare"], before: 1401) == [1400 >> 7, 700 >> 7])
            #expect(try blocks([.stage: "none", .category: "c1"]).isEmpty)
            // The blocks are found by the key of their table, and their reports by number.
            for query in [
                "SELECT 1 FROM listed WHERE block = 1 AND field = 1 AND value = 'x'",
                "SELECT number FROM reports WHERE number BETWEEN 1 AND 128 AND NOT pruned ORDER BY number DESC",
                "SELECT number FROM reports INDEXED BY reports_in_conflict WHERE number > 0 AND conflict",
            ] {
                let plan = try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + query).map { $0["detail"] as String }
                #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") }, "\(query): \(plan)")
            }
        }
    }

    @Test func `the scrub adds what a listing would miss`() async throws {
        let node = try TestNode(1)
        let report = try await node.create(grid: "10014").entry.report
        var query = ReportQuery()
        query.matching = [.grid: "10014"]
        #expect(try await node.journal.reports(query).reports.map(\.id) == [report])
        try node.tamper { try $0.execute(sql: "DELETE FROM listed") }
        #expect(try await node.journal.reports(query).reports.isEmpty)
        #expect(try await node.journal.scrub(.reports(after: 0)).repaired == 1)
        #expect(try await node.journal.reports(query).reports.map(\.id) == [report])
        #expect(try await node.journal.scrub(.reports(after: 0)).repaired == 0)
    }

    @Test func `a report is found by each value that it gets`() async throws {
        let node = try TestNode(1)
        let report = try await node.create(grid: "10014").entry.report
        try await node.edit(report, grid: "10018")
        for (grid, count) in [("10014", 0), ("10018", 1)] {
            var query = ReportQuery()
            query.matching = [.grid: grid]
            #expect(try await node.journal.reports(query).reports.count == count)
        }
    }
}
