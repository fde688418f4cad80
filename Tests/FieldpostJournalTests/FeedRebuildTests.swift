import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// The rows of a feed are gone, and a gateway needs what they said: it was put back from a copy, or central has begun a
/// new incarnation.
struct FeedRebuildTests {
    private let writer: Station
    private let reader: Station
    private let central: Station

    init() async throws {
        (writer, reader, central) = (try Station(1), try Station(2), try Station(9, .central))
        try await central.serve(["W1"], at: writer)
        try await central.serve(["S1", "S2"], at: reader)
    }

    private func create(_ report: UInt128, grid: String, at node: Station) async throws {
        let change = Change(fields: [.text: .text("made"), .grid: .text(grid)])
        _ = try await node.journal.append(Samples.draft(.create, ReportID(report), change: change))
    }

    private func rows() async throws -> Int {
        try await central.journal.read { [reader = reader.id] db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM feed JOIN gateways ON number = gateway WHERE node = ?",
                arguments: [reader.column]) ?? 0
        }
    }

    private func texts() async throws -> [String?] {
        var texts: [String?] = []
        for number in 1...4 as ClosedRange<UInt128> { texts.append(try await reader.text(of: ReportID(number))) }
        return texts
    }

    /// The reader holds a report of each of its grids, and has written to two more. Then central edits all of them, and
    /// takes a grid away. The reader has read all of it, and its rows are deleted. Returns the reader's disk as it was
    /// before the edits.
    private func settle() async throws -> DiskSnapshot {
        try await create(1, grid: "S1", at: writer)
        try await create(2, grid: "S2", at: writer)
        try await writer.push(to: central)
        try await create(3, grid: "X1", at: reader)
        try await create(4, grid: "S2", at: reader)
        try await reader.push(to: central)
        #expect(try await reader.readFeed(of: central))
        let card = reader.disk.snapshot()
        for number in 1...4 as ClosedRange<UInt128> { try await central.edit(ReportID(number), text: "edited") }
        try await central.serve(["S1"], at: reader)
        #expect(try await reader.readFeed(of: central))
        #expect(try await texts() == ["edited", nil, "edited", "edited"])
        try await central.trimFeeds()
        #expect(try await rows() == 0)
        return card
    }

    private func expectWhole() async throws {
        #expect(try await texts() == ["edited", nil, "edited", "edited"])
        #expect(try await reader.journal.isWithdrawn(ReportID(2)))
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
        #expect(!central.journal.queue.hasBackfills)
    }

    @Test func `A gateway put back from a copy gets what it lost, and what left its scope is withdrawn again`()
        async throws
    {
        let card = try await settle()
        try reader.interrupted { $0.restore(card) }
        #expect(try await texts() == ["made", "made", "made", "made"])
        #expect(try await reader.readFeed(of: central))
        try await expectWhole()
        // The next session goes on after it.
        try await central.trimFeeds()
        #expect(try await rows() == 0)
        let before = try await reader.journal.feedCursor(of: central.id)
        #expect(try await reader.readFeed(of: central))
        #expect(try await reader.journal.feedCursor(of: central.id) == before)
        #expect(try await rows() == 0)
        #expect(central.journal.predecessor == nil && reader.journal.predecessor == nil)
        #expect(try await central.journal.suspicions().isEmpty)
    }

    @Test func `A feed that begins again is planned once, however often the gateway asks before it reads`()
        async throws
    {
        let card = try await settle()
        try reader.interrupted { $0.restore(card) }
        let pull = try reader.feedPull(by: try await reader.compare(with: central))
        var places: Set<FeedCursor?> = []
        var counts: Set<Int> = []
        for _ in 0..<5 {
            places.insert(try await central.journal.checkFeed(of: reader.id, against: pull, stamp: .unknown))
            counts.insert(try await rows())
            try central.interrupted { _ in }
        }
        #expect(places.count == 1 && counts.count == 1)
        #expect(try await reader.readFeed(of: central))
        try await expectWhole()
    }

    @Test func `A new incarnation of central sends everything again, although the rows were deleted`() async throws {
        _ = try await settle()
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: writer.id), stamp: .unknown))
        for gateway in [writer, reader] {
            _ = try await central.fetch(.foreign(after: nil), from: gateway)
            try await central.journal.finishFetch(of: gateway.id)
        }
        // The copy of central does not know that a report had left the scope, and that the gateway deleted it.
        try await central.serve(["S1", "S2"], at: reader)
        #expect(try await reader.readFeed(of: central))
        #expect(try await texts() == ["edited", "edited", "edited", "edited"])
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
        try await central.serve(["S1"], at: reader)
        #expect(try await reader.readFeed(of: central))
        try await expectWhole()
    }

    @Test func `A gateway that is revoked and enrolled again goes on, or begins again if it was put back`()
        async throws
    {
        let card = try await settle()
        try await central.serve(["S1"], at: reader, .revoked)
        try await central.edit(ReportID(1), text: "while it was revoked")
        try await central.serve(["S1", "S2"], at: reader)
        #expect(try await reader.readFeed(of: central))
        #expect(try await texts() == ["while it was revoked", "edited", "edited", "edited"])
        try await central.trimFeeds()
        try reader.interrupted { $0.restore(card) }
        try await central.serve(["S2"], at: reader, .revoked)
        try await central.serve(["S2"], at: reader)
        #expect(try await reader.readFeed(of: central))
        #expect(try await texts() == [nil, "edited", "edited", "edited"])
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
    }

    @Test func `A large feed that begins again is added in steps, also after a restart`() async throws {
        for _ in 0..<Limits.backfillRows {
            let report = try await central.create().entry.report
            let change = Change(fields: [.text: .text("more"), .grid: .text("S1")])
            _ = try await central.journal.append(Samples.draft(.edit, report, change: change))
        }
        for number in 0..<UInt128(Limits.backfillRows) { try await create(100 + number, grid: "X1", at: reader) }
        try await reader.push(to: central)
        for number in 0..<UInt128(Limits.backfillRows) { try await central.edit(ReportID(100 + number), text: "e") }
        let card = reader.disk.snapshot()
        #expect(try await reader.readFeed(of: central))
        try await central.trimFeeds()
        #expect(try await rows() == 0)
        // It reads from the start, as if it had never had a cursor.
        try reader.interrupted { $0.restore(card) }
        let start = FeedCursor(incarnation: central.journal.origin.incarnation, position: 0)
        let pull = FeedPull(stream: 1, after: start, creditBytes: 1)
        _ = try await central.journal.checkFeed(of: reader.id, against: pull, stamp: .unknown)
        var (steps, count) = (1, try await rows())
        while central.journal.queue.hasBackfills {
            try central.interrupted { _ in }
            _ = try await central.journal.backfillFeeds()
            let now = try await rows()
            #expect(now - count <= Limits.backfillRows)
            (steps, count) = (steps + 1, now)
        }
        #expect(steps > 3 && count == 3 * Limits.backfillRows)
        #expect(try await reader.readFeed(of: central))
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
    }

    @Test func `Own entries that others gave come again with the feed`() async throws {
        _ = try await settle()
        let lost = Dot(Origin(node: reader.id, incarnation: Incarnation(5)), 2)
        let given = Samples.sealed(lost, report: ReportID(7), text: "lost")
        let card = reader.disk.snapshot()
        _ = try await central.gather([given], provedTo: writer.id)
        #expect(try await reader.readFeed(of: central))
        try await central.trimFeeds()
        #expect(try await rows() == 0)
        try reader.interrupted { $0.restore(card) }
        #expect(try await reader.text(of: ReportID(7)) == nil)
        #expect(try await reader.readFeed(of: central))
        #expect(try await reader.text(of: ReportID(7)) == "lost")
        try await expectWhole()
    }
}

extension Station {
    /// At central: enrolls a gateway with these grids.
    func serve(_ grids: [String], at gateway: Station, _ state: Enrollment.State = .enrolled) async throws {
        let enrollment = Enrollment(gateway: gateway.id, state: state, name: "g \(gateway.id.short)", grids: grids)
        try await journal.enroll(enrollment, account: "", author: "root", stamp: .unknown)
        if try await journal.statistics().gateways.allSatisfy({ $0.node != gateway.id }) {
            try await journal.register(gateway.id, name: "g", grids: [])
        }
    }

    /// Reads central's feed to its end as a session does: central checks the position, and learns what is held. Returns
    /// false if central has begun a new incarnation.
    func readFeed(of central: Station) async throws -> Bool {
        let verdict = try await compare(with: central)
        let incarnation = central.journal.origin.incarnation
        let pull = FeedPull(
            stream: 1, after: verdict.cursor ?? FeedCursor(incarnation: incarnation, position: 0), creditBytes: 1,
            seen: verdict.seen, proof: verdict.cursorProof)
        guard let place = try await central.journal.checkFeed(of: id, against: pull, stamp: .unknown) else {
            return false
        }
        var position = place.position
        if position > 0 { try await central.journal.acknowledgeFeed(id, position: position) }
        while true {
            guard let run = try await central.journal.feed(of: id, after: position) else {
                guard central.journal.queue.hasBackfills else { return true }
                _ = try await central.journal.backfillFeeds()
                continue
            }
            position = run.lastPosition
            guard !run.isEmpty else {
                try await central.journal.passFeed(id, position: position)
                continue
            }
            try await absorb(run, in: incarnation, from: central)
            try await central.journal.acknowledgeFeed(id, position: position)
        }
    }

    /// At central: a whole round that deletes rows of feeds.
    func trimFeeds() async throws {
        var cursor: TrimCursor? = .start
        while let place = cursor { cursor = try await journal.trimFeeds(place, keeping: 0) }
    }
}
