import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

/// A gateway gets grids with many reports, or loses them.
struct BackfillTests {
    private let count = Limits.backfillRows + 200
    private let central: TestNode
    private let station: TestNode

    init() async throws {
        central = try TestNode(9, .central)
        station = try TestNode(1)
        for number in 0..<count { try await central.create(grid: number % 100 == 0 ? "rare" : "10014") }
        try await central.journal.register(station.id, name: "station", grids: [])
    }

    private func enroll(_ grids: [String]) async throws {
        let enrollment = Enrollment(gateway: station.id, state: .enrolled, name: "station", grids: grids)
        try await central.journal.enroll(enrollment, account: "", author: "root", stamp: Samples.stamp)
    }

    private func feedRows() async throws -> Int {
        try await central.journal.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM feed") ?? 0 }
    }

    /// Does all steps. Returns how many.
    private func finish() async throws -> Int {
        var steps = 0
        while central.journal.queue.hasBackfills {
            _ = try await central.journal.backfillFeeds()
            steps += 1
        }
        return steps
    }

    private var held: Int {
        get async throws {
            try await station.journal.read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE NOT withdrawn") ?? 0
            }
        }
    }

    @Test func `a grid with many reports is added in steps, and a restart goes on`() async throws {
        try await enroll(["10014"])
        let first = try await feedRows()
        #expect((1...Limits.backfillRows).contains(first))
        #expect(central.journal.queue.hasBackfills)
        try central.journal.close()
        try central.reopen()
        #expect(central.journal.queue.hasBackfills)
        // A report of the grid gets another entry before the steps come to it.
        let late = try await central.create(grid: "10014").entry.report
        try await central.edit(late, text: "later")
        #expect(try await finish() > 0)
        try await station.follow(central)
        #expect(try await held == count - (count + 99) / 100 + 1)
        #expect(try await central.journal.digest(scope: station.id) == station.journal.digest())
    }

    @Test func `a grid that is taken away in steps leaves nothing, and what came meanwhile stays`() async throws {
        try await enroll(["10014", "rare"])
        _ = try await finish()
        try await station.follow(central)
        #expect(try await held == count)
        try await enroll(["rare"])
        #expect(central.journal.queue.hasBackfills)
        _ = try await finish()
        try await station.follow(central)
        #expect(try await held == (count + 99) / 100)
        // Given back before all steps are done.
        try await enroll([])
        try await enroll(["10014", "rare"])
        _ = try await finish()
        try await station.follow(central)
        #expect(try await held == count)
        #expect(try await central.journal.digest(scope: station.id) == station.journal.digest())
    }
}
