import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Rows of feeds that gateways hold are deleted, and only those.
struct FeedTrimTests {
    private let central: TestNode
    private let station: TestNode

    init() async throws {
        (central, station) = (try TestNode(9, .central), try TestNode(1))
        try await central.journal.register(station.id, name: "station", grids: ["S1"])
    }

    private func create(_ count: Int) async throws {
        for _ in 0..<count { try await central.create(grid: "S1") }
    }

    private func rows(_ condition: String = "1") async throws -> Int {
        try await central.journal.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM feed WHERE \(condition)") ?? 0
        }
    }

    private var last: UInt64 {
        get async throws { try #require(try await central.journal.feed(of: station.id, after: 0)).lastPosition }
    }

    @Test func `a row goes only after its gateway said that it holds it, and those behind it stay`() async throws {
        try await create(6)
        try await central.journal.passFeed(station.id, position: try await last)
        try await central.trimFeeds()
        #expect(try await rows() == 6, "the gateway never named a position")
        let half = try #require(try await central.journal.feed(of: station.id, after: 0, limit: RunLimit(entries: 3)))
        try await central.journal.acknowledgeFeed(station.id, position: half.lastPosition)
        try await central.trimFeeds(keeping: 3)
        #expect(try await rows() == 6, "so few are kept")
        try await central.trimFeeds(keeping: 2)
        #expect(try await rows() == 3)
        #expect(try await central.journal.feed(of: station.id, after: half.lastPosition)?.entries.count == 3)
        // A session that began before that must not go on as if nothing had been there.
        let refusal = await violation { _ = try await central.journal.feed(of: station.id, after: 0) }
        #expect(refusal == .rewound)
        #expect(try await central.journal.statistics().gateways.map(\.feedWaiting) == [0])
        // An older receipt changes nothing.
        try await central.journal.acknowledgeFeed(station.id, position: 1)
        try await central.trimFeeds()
        #expect(try await rows() == 3)
    }

    @Test func `each step deletes a bounded number of rows, of one gateway after the other`() async throws {
        let other = try TestNode(2)
        try await central.journal.register(other.id, name: "other", grids: ["S1"])
        try await create(Limits.backfillRows + 100)
        for gateway in [station, other] {
            try await central.journal.acknowledgeFeed(gateway.id, position: .max)
        }
        var (steps, before): ([Int], Int) = ([], try await rows())
        var cursor: TrimCursor? = .start
        while let place = cursor {
            cursor = try await central.journal.trimFeeds(place, keeping: 0)
            let now = try await rows()
            steps.append(before - now)
            before = now
        }
        #expect(before == 0)
        #expect(steps == [Limits.backfillRows, Limits.backfillRows, 200, 0])
        #expect(try await central.journal.trimFeeds(.start, keeping: 0) == nil)
    }

    @Test func `a feed to which a backfill still adds is left alone`() async throws {
        try await create(3)
        try await central.journal.acknowledgeFeed(station.id, position: .max)
        try await central.journal.queue.write { [station = station.id] context in
            try context.plan(.arrival, of: "S1", for: try #require(context.memory.gateways[station]).number)
        }
        try await central.trimFeeds()
        #expect(try await rows() == 3)
    }

    @Test func `a position whose row was deleted counts as given out, and one that was skipped does not`()
        async throws
    {
        try await create(2)
        let first = try await last
        try central.tamper { _ in }
        try await create(2)
        let second = try await last
        try await central.journal.acknowledgeFeed(station.id, position: second)
        try await central.trimFeeds()
        #expect(try await rows() == 0 && second > first + 2)
        let known = try await central.journal.queue.write { [station = station.id] context in
            try [first - 1, first, first + 1, second - 2, second - 1, second, second + 1].map {
                try context.hasHandedOut($0, to: station)
            }
        }
        #expect(known == [true, true, false, false, true, true, false])
        // Openings without rows between them need one row.
        for _ in 0..<3 { try central.tamper { _ in } }
        #expect(try await central.journal.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM feed_gaps") } == 3)
    }

    @Test func `no statement that finds readers, rows or positions scans a table`() async throws {
        let statements = [
            WriteContext.formerReaders,
            "SELECT DISTINCT place >> 40 FROM entries WHERE report = 1",
            "SELECT place, report FROM entries WHERE place > 1 AND place <= 2 AND report IS NOT NULL ORDER BY place",
            "SELECT position FROM feed WHERE gateway = 1 AND position > 1 AND position <= 2 ORDER BY position LIMIT 3",
            "DELETE FROM feed WHERE gateway = 1 AND position > 1 AND position <= 2 AND NOT told",
            "SELECT position FROM feed WHERE gateway = 1 AND told AND position <= 2 ORDER BY position LIMIT 2",
            "SELECT grid FROM former_grids WHERE gateway = 1",
            "SELECT last >= 1 FROM feed_gaps WHERE first <= 1 ORDER BY first DESC LIMIT 1",
            "SELECT EXISTS (SELECT 1 FROM feed WHERE gateway = 1 AND position = 1)",
        ]
        for statement in statements {
            let plan = try await central.journal.read { db in
                try Row.fetchAll(
                    db, sql: "EXPLAIN QUERY PLAN \(statement)", arguments: statement.contains("?") ? [1] : []
                ).map { $0["detail"] as String }
            }
            #expect(!plan.isEmpty && !plan.contains { $0.contains("SCAN") && !$0.contains("CONSTANT") }, "\(plan)")
        }
    }
}

extension TestNode {
    /// At central: a whole round that deletes rows of feeds.
    func trimFeeds(keeping kept: Int = 0) async throws {
        var cursor: TrimCursor? = .start
        while let place = cursor { cursor = try await journal.trimFeeds(place, keeping: kept) }
    }
}
