import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

struct FeedTests {
    let central: TestNode
    let north: TestNode
    let south: TestNode

    init() async throws {
        central = try TestNode(9, .central)
        north = try TestNode(1)
        south = try TestNode(2)
        try await central.journal.register(north.id, name: "north", grids: ["N1"])
        try await central.journal.register(south.id, name: "south", grids: ["S1"])
    }

    @Test func `a gateway is not sent what it wrote`() async throws {
        try await north.create(grid: "N1")
        try await central.pull(from: north)
        #expect(try await central.journal.feed(of: north.id, after: 0) == nil)
        #expect(try await central.journal.feed(of: south.id, after: 0) == nil)
    }

    @Test func `central's edit of a gateway's report is sent to the gateway`() async throws {
        try await north.create(ReportID(1))
        try await central.pull(from: north)
        try await central.edit(ReportID(1), text: "decided")
        #expect(try await north.follow(central) == 1)
        #expect(try await north.journal.report(ReportID(1))?.text(of: .text) == "decided")
        #expect(try await south.follow(central) == 0)
    }

    @Test func `a report goes to the gateway that serves its grid, and to no other`() async throws {
        try await north.create(ReportID(1), grid: "S1")
        try await north.create(ReportID(2), grid: "X1")
        try await central.pull(from: north)
        #expect(try await south.follow(central) == 1)
        #expect(try await south.journal.report(ReportID(1)) == north.journal.report(ReportID(1)))
        #expect(try await south.journal.report(ReportID(2)) == nil)
    }

    @Test func `a report that moves into a grid brings all of its entries, and stays in scope when it moves on`()
        async throws
    {
        try await north.create(ReportID(1), grid: "N1")
        try await north.edit(ReportID(1), text: "more")
        try await central.pull(from: north)
        #expect(try await south.follow(central) == 0)
        try await central.edit(ReportID(1), grid: "S1")
        #expect(try await south.follow(central) == 3)
        try await central.edit(ReportID(1), grid: "N1")
        try await north.edit(ReportID(1), text: "still going on")
        try await central.pull(from: north)
        #expect(try await south.follow(central) == 2)
        #expect(try await south.journal.report(ReportID(1))?.digest == central.journal.report(ReportID(1))?.digest)
    }

    @Test func `a gateway can fetch its own entries and its scope, and nothing else`()
        async throws
    {
        try await north.create(ReportID(1), grid: "S1")
        try await north.create(ReportID(2), grid: "N1")
        try await north.create(ReportID(3), grid: "S1")
        try await central.pull(from: north)
        try await central.edit(ReportID(2), text: "for the north alone")
        try await central.journal.enroll(
            Enrollment(gateway: north.id, name: "north", grids: ["N1"]), account: "An audit event.", author: "operator",
            stamp: .unknown)
        func given(_ origin: Origin, to gateway: TestNode) async throws -> [UInt64] {
            var seqs: [UInt64] = []
            var range = Fetch.Range.run(origin, first: 1, last: 10)
            while true {
                let run = try await central.journal.fetch(range, for: gateway.id)
                let last = run.upTo?.seq ?? 0
                seqs += run.entries.indices.map { last - UInt64(run.entries.count - 1 - $0) }
                guard !run.isLast else { return seqs }
                range = .run(origin, first: last + 1, last: 10)
            }
        }
        #expect(try await given(north.journal.origin, to: south) == [1, 3])
        #expect(try await given(central.journal.origin, to: south) == [])
        #expect(try await given(north.journal.origin, to: north) == [1, 2, 3])
        // The edit is sent, but not the audit event after it.
        #expect(try await given(central.journal.origin, to: north) == [1])
        let all = try await central.journal.fetch(.foreign(after: nil), for: south.id)
        #expect(all.entries.count == 2)
    }

    @Test func `a grid that is new to a gateway brings the reports that were there before`() async throws {
        try await north.create(ReportID(1), grid: "E1")
        try await north.create(ReportID(2), grid: "E2")
        try await central.pull(from: north)
        #expect(try await south.follow(central) == 0)
        try await central.journal.register(south.id, name: "south", grids: ["S1", "E1", "E2"])
        #expect(try await south.follow(central) == 2)
        // Registering the same again adds nothing to the feed twice.
        try await central.journal.register(south.id, name: "south", grids: ["S1", "E1", "E2"])
        try await central.journal.register(south.id, name: "south", grids: ["S1"])
        try await central.journal.register(south.id, name: "south", grids: ["S1", "E1"])
        #expect(try await south.follow(central) == 0)
        #expect(try await south.journal.report(ReportID(1)) != nil, "it was away and is back before anything was read")
        let position = try #require(try await south.journal.feedCursor(of: central.id)).position
        #expect(try await central.journal.feed(of: south.id, after: position) == nil)
    }

    @Test func `a gateway registered late gets what others wrote to its reports`() async throws {
        let east = try TestNode(3)
        try await east.create(ReportID(1))
        try await central.pull(from: east)
        try await central.edit(ReportID(1), text: "decided")
        try await central.journal.register(east.id, name: "east", grids: [])
        #expect(try await east.follow(central) == 1)
        #expect(try await east.journal.digest() == central.journal.digest(scope: east.id))
    }

    @Test func `the feed continues at the cursor, run by run, also after reopening`() async throws {
        for _ in 0..<7 { try await central.create(grid: "S1") }
        let run = try #require(try await central.journal.feed(of: south.id, after: 0, limit: RunLimit(entries: 3)))
        #expect(run.entries.count == 3)
        let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: run.lastPosition)
        let absorbed = try await south.journal.absorb(run.sealed, from: central.id, upTo: cursor)
        #expect(absorbed.durable.cursor == cursor)
        try south.tamper { _ in }
        try central.tamper { _ in }
        #expect(try await south.journal.feedCursor(of: central.id) == cursor)
        #expect(try await south.follow(central, limit: RunLimit(entries: 2)) == 4)
        #expect(try await south.journal.statistics().reports == 7)
    }

    @Test func `entries of the feed may come again and in any order`() async throws {
        try await north.create(ReportID(1), grid: "S1")
        for number in 0..<5 { try await north.edit(ReportID(1), text: "\(number)") }
        try await central.pull(from: north)
        let run = try #require(try await central.journal.feed(of: south.id, after: 0))
        let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: run.lastPosition)
        var added = 0
        let parts = [Array(run.sealed.suffix(3)), Array(run.sealed.prefix(4)), run.sealed.reversed() + run.sealed]
        for entries in parts {
            added += try await south.journal.absorb(entries, from: central.id, upTo: cursor).added
        }
        #expect(added == 6)
        #expect(try await south.journal.report(ReportID(1)) == north.journal.report(ReportID(1)))
    }

    @Test func `edits on both sides of a cut meet as siblings, with equal digests`() async throws {
        try await north.create(ReportID(1), grid: "N1")
        try await central.pull(from: north)
        try await north.edit(ReportID(1), text: "at the gateway")
        try await central.edit(ReportID(1), text: "at central")
        try await central.pull(from: north)
        try await north.follow(central)
        let report = try #require(try await north.journal.report(ReportID(1)))
        #expect(report.fields[.text]?.siblings.count == 2)
        #expect(try await north.journal.digest() == central.journal.digest(scope: north.id))
        #expect(try await central.journal.statistics().reportsInConflict == 1)
    }

    @Test(arguments: [5, UInt64.max]) func `a position that no feed has does not trap`(position: UInt64) async throws {
        #expect(try await central.journal.feed(of: north.id, after: position) == nil)
        try await central.journal.acknowledgeFeed(north.id, position: position)
        try await central.journal.acknowledgeFeed(NodeID(publicKey: [77]), position: position)
        #expect(central.journal.failure == nil)
    }
}
