import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// A database that was restored and is behind its lease never issues a seq again.
struct LeaseTests {
    private static let database: Set<String> = ["journal.sqlite", "journal.sqlite-wal"]

    @Test func `A database restored alone begins a new incarnation after the last one, and reports it`() async throws {
        let station = try Station(1)
        let kept = try await station.create()
        let backup = station.disk.snapshot(Self.database)
        let lost = try await station.create()
        let before = station.journal.origin
        try station.interrupted { $0.restore(backup, only: Self.database) }
        #expect(station.journal.origin.node == before.node && station.journal.origin != before)
        #expect(station.journal.predecessor == before.incarnation)
        #expect(try await station.text(of: kept.entry.report) != nil)
        #expect(try await station.text(of: lost.entry.report) == nil)
        let next = try await station.create()
        #expect(next.entry.dot.origin != lost.entry.dot.origin)
        let incident = try #require(try await station.journal.incidents().first)
        #expect(incident.account.contains("restored from a copy") && !incident.isResolved)
        #expect(try await station.journal.resolveIncidents() == 1)
        #expect(try await station.journal.incidents().allSatisfy(\.isResolved))
    }

    @Test func `A kill, a power cut and a clean end keep the incarnation`() async throws {
        let station = try Station(2)
        let origin = station.journal.origin
        for round in 0..<12 {
            try await station.create()
            if round % 3 == 2 { try station.journal.close() }
            try station.interrupted { disk in if round % 3 == 1 { disk.cutPower() } }
            #expect(station.journal.origin == origin)
        }
        #expect(try await station.journal.incidents().isEmpty)
        #expect(try await station.journal.head().seq == 12)
    }

    @Test(arguments: [nil, [UInt8](repeating: 7, count: 1024)])
    func `A lease that is missing or garbage counts as a restore`(_ garbage: [UInt8]?) async throws {
        let station = try Station(3)
        try await station.create()
        let before = station.journal.origin
        try station.interrupted { $0.place(garbage, as: "journal.lease") }
        #expect(station.journal.origin != before)
    }

    @Test func `After a second restore of a copy, the new incarnation follows the one between`() async throws {
        let station = try Station(4)
        try await station.create()
        let backup = station.disk.snapshot(Self.database)
        try await station.create()
        try station.interrupted { $0.restore(backup, only: Self.database) }
        let second = station.journal.origin.incarnation
        try station.interrupted { $0.restore(backup, only: Self.database) }
        #expect(station.journal.predecessor == second)
    }

    @Test func `An older lease beside a newer database does not mean a restore`() async throws {
        let station = try Station(5)
        try await station.create()
        let lease = station.disk.snapshot(["journal.lease"])
        try await station.create()
        let origin = station.journal.origin
        try station.interrupted { $0.restore(lease, only: ["journal.lease"]) }
        #expect(station.journal.origin == origin)
    }

    @Test func `The journal of one role is refused for the other role`() async throws {
        let station = try Station(6)
        try station.journal.close()
        #expect(throws: JournalError.self) { _ = try Station(6, .central, on: station.disk) }
        try station.reopen()
    }
}
