import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

/// The facts of cases that a journal keeps, against a fold of all reports.
struct CaseFactsTests {
    private static func walk(_ journal: Journal) async throws -> [CaseFacts] {
        var (found, places): ([CaseFacts], [Int64]) = ([], [])
        var next = Int64(0) as Int64?
        while let after = next {
            let part = try await journal.facts(after: after)
            found += part.cases.map(\.facts)
            places += part.cases.map(\.place)
            next = part.next
        }
        #expect(places == places.sorted() && Set(places).count == places.count)
        return found
    }

    private static func folded(_ ids: [ReportID], _ node: TestNode) async throws -> [CaseFacts] {
        var facts: [CaseFacts] = []
        for id in ids {
            let report = try #require(try await node.journal.report(id))
            facts.append(CaseFacts(of: report.overview) { WorkCalendar.standard(ifNamed: $0) })
        }
        return facts
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a walk finds what a fold of all reports says, also before the facts are made`(seed: UInt64) async throws {
        let node = try TestNode(1, .central)
        let ids = try await CaseTableTests.fill(node, seed: seed, reports: 40, steps: 300)
        let folded = try await Self.folded(ids, node)
        #expect(Set(folded.map(\.department)).count > 3 && folded.contains { $0.closing.done != nil })
        #expect(try await Self.walk(node.journal) == folded)
        try node.tamper { db in try db.execute(sql: "UPDATE reports SET facts = NULL WHERE number % 2 = 0") }
        #expect(try await Self.walk(node.journal) == folded)
        let part = try await node.journal.facts(after: 38)
        #expect(part.cases.map(\.facts) == Array(folded.suffix(2)) && part.next == nil)
        #expect(try await node.journal.facts(after: .max).cases.isEmpty)
    }

    @Test func `a walk of many parts sees each case once`() async throws {
        let node = try TestNode(1, .central)
        var ids: [ReportID] = []
        for _ in 0..<Limits.scanCases / 32 { ids.append(try await node.create().entry.report) }
        // More rows than one part takes, most of them without anything to show.
        try node.tamper { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                    INSERT INTO reports (id, digest, conflict, pruned) SELECT randomblob(16), x'', 0, 1 FROM n
                    """, arguments: [Limits.scanCases])
        }
        ids.append(try await node.create().entry.report)
        #expect(try await node.journal.facts(after: 0).next != nil)
        #expect(try await Self.walk(node.journal).map(\.id) == ids)
    }

    @Test func `a report that was pruned still counts`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        let facts = try await Self.walk(gateway.journal)
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        #expect(try await gateway.journal.isPruned(report))
        #expect(try await Self.walk(gateway.journal) == facts && facts.map(\.id) == [report])
    }

    @Test func `a report that left a gateway's scope counts there no more`() async throws {
        let (gateway, central) = (try TestNode(1), try TestNode(9, .central))
        func serve(_ grid: String) async throws {
            try await central.journal.enroll(
                Enrollment(gateway: gateway.id, name: "石井社区", grids: [grid]), account: "An audit event.",
                author: "operator", stamp: .unknown)
            try await central.journal.register(gateway.id, name: "石井社区", grids: [])
        }
        try await serve("10014")
        let report = try await central.create(grid: "10014").entry.report
        try await gateway.follow(central)
        #expect(try await Self.walk(gateway.journal).map(\.id) == [report])
        try await serve("10018")
        try await gateway.follow(central)
        #expect(try await gateway.journal.isWithdrawn(report))
        #expect(try await Self.walk(gateway.journal).isEmpty)
    }
}
