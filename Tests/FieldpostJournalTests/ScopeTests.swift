import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

/// What a gateway may see follows from its grids as they are now. The tests judge by the grids and writers that they
/// chose themselves, never by the journal's tables.
struct ScopeTests {
    let central: TestNode
    let north: TestNode
    let south: TestNode

    init() async throws {
        central = try TestNode(9, .central)
        north = try TestNode(1)
        south = try TestNode(2)
        try await serve(["N1"], at: north)
        try await serve(["S1", "S2"], at: south)
    }

    private func serve(_ grids: [String], at gateway: TestNode, _ state: Enrollment.State = .enrolled) async throws {
        try await central.journal.enroll(
            Enrollment(gateway: gateway.id, state: state, name: "gateway \(gateway.id.short)", grids: grids),
            account: "An audit event.", author: "operator", stamp: .unknown)
        // The grids in the hello do not count.
        try await central.journal.register(gateway.id, name: "gateway", grids: ["S1", "N1", "X1"])
    }

    private func texts(at node: TestNode, _ reports: ClosedRange<UInt128>) async throws -> [String?] {
        var texts: [String?] = []
        for number in reports { texts.append(try await node.journal.report(ReportID(number))?.text(of: .text)) }
        return texts
    }

    /// One report in each grid of the south, and one to which the south wrote. The north made all of them.
    private func reports() async throws {
        try await north.create(ReportID(1), grid: "S1", text: "one")
        try await north.create(ReportID(2), grid: "S2", text: "two")
        try await north.create(ReportID(3), grid: "S1", text: "three")
        try await central.pull(from: north)
        try await south.follow(central)
        try await south.edit(ReportID(3), text: "of the south")
        try await central.pull(from: south)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...3) == ["one", "two", "of the south"])
    }

    @Test func `a removed grid withdraws its reports, except those to which the gateway wrote`() async throws {
        try await reports()
        try await serve(["S2"], at: south)
        try await central.edit(ReportID(1), text: "secret")
        try await central.edit(ReportID(2), text: "two, edited")
        try await central.edit(ReportID(3), text: "three, edited")
        try await south.follow(central)
        #expect(try await texts(at: south, 1...3) == [nil, "two, edited", "three, edited"])
        #expect(try await south.journal.isWithdrawn(ReportID(1)))
        #expect(try await south.journal.isPruned(ReportID(1)))
        #expect(try await !south.journal.isWithdrawn(ReportID(2)))
        #expect(try await south.journal.reports(ReportQuery()).reports.map(\.id) == [ReportID(3), ReportID(2)])
        #expect(try await south.journal.digest() == central.journal.digest(scope: south.id))
        #expect(try await central.journal.digest(scope: south.id).reports == 2)
        #expect(try await south.scrubbed() == 0)
    }

    @Test func `waiting entries are skipped in the feed, and nothing is left that names the report`() async throws {
        try await north.create(ReportID(1), grid: "S1", text: "one")
        try await north.create(ReportID(2), grid: "S2", text: "two")
        try await central.pull(from: north)
        try await serve(["S2"], at: south)
        let run = try #require(try await central.journal.feed(of: south.id, after: 0))
        #expect(run.entries.count == 1)
        // A withdrawn report comes in a run of its own, before entries. Another that never arrived is not an error.
        let rest = try #require(try await central.journal.feed(of: south.id, after: run.lastPosition))
        #expect(rest.withdrawn == [ReportID(1)] && rest.entries.isEmpty)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...2) == [nil, "two"])
        #expect(try await !south.journal.isWithdrawn(ReportID(1)))
    }

    @Test func `a fetch brings nothing of a withdrawn report, whatever the gateway knows`() async throws {
        try await reports()
        try await serve([], at: south)
        let fetched = try await central.journal.fetch(
            .run(north.journal.origin, first: 1, last: 1), for: south.id)
        #expect(fetched.entries.isEmpty && fetched.isLast)
        let all = try await central.journal.fetch(.run(north.journal.origin, first: 1, last: 3), for: south.id)
        #expect(all.upTo?.seq == 2 && all.entries.isEmpty)
        #expect(
            try await central.journal.fetch(.run(north.journal.origin, first: 3, last: 3), for: south.id).entries.count
                == 1)
    }

    @Test func `adding the grid again brings all reports back, also after a restart and twice`() async throws {
        try await reports()
        for _ in 0..<2 {
            try await serve(["S2"], at: south)
            try await south.follow(central)
            #expect(try await texts(at: south, 1...3) == [nil, "two", "of the south"])
            try south.tamper { _ in }
            try await serve(["S2", "S1"], at: south)
            try await south.follow(central)
            #expect(try await texts(at: south, 1...3) == ["one", "two", "of the south"])
            #expect(try await south.journal.missing().isEmpty)
            #expect(try await south.journal.digest() == central.journal.digest(scope: south.id))
        }
    }

    @Test func `a gateway that writes to a withdrawn report gets all of it again`() async throws {
        try await reports()
        try await serve(["S2"], at: south)
        try await south.follow(central)
        try await central.edit(ReportID(1), text: "meanwhile")
        try await south.edit(ReportID(1), text: "late, from the south")
        try await central.pull(from: south)
        try await south.follow(central)
        #expect(try await south.journal.report(ReportID(1))?.fields[.text]?.siblings.count == 2)
        #expect(try await south.journal.digest() == central.journal.digest(scope: south.id))
    }

    @Test func `what the gateway wrote and central has not seen is never removed`() async throws {
        try await reports()
        try await south.edit(ReportID(1), text: "on its way")
        try await serve(["S2"], at: south)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...1) == ["on its way"])
        try await central.pull(from: south)
        try await south.follow(central)
        #expect(try await south.journal.report(ReportID(1))?.history.count == 2)
        #expect(try await south.journal.digest() == central.journal.digest(scope: south.id))
    }

    @Test func `a moved report stays with all grids it was ever in, in any order of its entries`()
        async throws
    {
        try await north.create(ReportID(1), grid: "N1", text: "one")
        try await north.edit(ReportID(1), text: "in the south", grid: "S1")
        let seen = try #require(try await north.journal.report(ReportID(1))).version
        try await north.edit(ReportID(1), seen: seen, text: "back", grid: "N1")
        try await central.pull(from: north)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...1) == ["back"])
        try await serve(["S2"], at: south)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...1) == [nil])
    }

    @Test func `a revoked gateway gets nothing, and its present scope when it is enrolled again`()
        async throws
    {
        try await reports()
        try await serve(["S1", "S2"], at: south, .revoked)
        try await central.edit(ReportID(1), text: "secret")
        try await central.edit(ReportID(2), text: "two, edited")
        #expect(try await central.journal.feed(of: south.id, after: 0) == nil)
        let fetched = try await central.journal.fetch(.run(north.journal.origin, first: 1, last: 3), for: south.id)
        #expect(fetched.entries.isEmpty)
        try await serve(["S2"], at: south)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...3) == [nil, "two, edited", "of the south"])
    }

    @Test func `two gateways that share a grid are each told`() async throws {
        let west = try TestNode(3)
        try await serve(["S1"], at: west)
        try await reports()
        try await west.follow(central)
        try await serve(["S2"], at: south)
        try await central.edit(ReportID(1), text: "for the west")
        try await west.follow(central)
        try await south.follow(central)
        #expect(try await texts(at: west, 1...3) == ["for the west", nil, "of the south"])
        #expect(try await texts(at: south, 1...3) == [nil, "two", "of the south"])
    }

    @Test func `restored central fetches what a gateway keeps before it withdraws anything`() async throws
    {
        try await reports()
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: south.id), stamp: .unknown))
        try await serve(["S2"], at: south)
        let run = try await central.journal.feed(of: south.id, after: 0)
        #expect(run?.withdrawn.isEmpty ?? true)
        try await central.journal.finishFetch(of: south.id)
        let rest = try #require(try await central.journal.feed(of: south.id, after: run?.lastPosition ?? 0))
        #expect(rest.withdrawn == [ReportID(1)])
    }

    @Test func `a journal of an earlier version gets the grids of its reports`() async throws {
        try await reports()
        try await central.edit(ReportID(2), text: "two", grid: "N1")
        try central.tamper { db in
            try db.execute(sql: "DELETE FROM named; UPDATE identity SET named = 0")
        }
        #expect(try await central.journal.digest(scope: south.id).reports == 3)
        try await serve(["S1"], at: south)
        try await south.follow(central)
        #expect(try await texts(at: south, 1...3) == ["one", nil, "of the south"])
    }

    @Test func `a copy is removed if central holds another entry outside of the gateway's scope`()
        async throws
    {
        try await north.create(ReportID(1), grid: "S1", text: "one")
        try await central.pull(from: north)
        try await south.follow(central)
        let dot = Dot(north.journal.origin, 1)
        let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: 9)
        let other = KnownEntry(dot: dot, hash: Chain.hash(entry: [1]))
        _ = try await south.journal.absorb([], vacated: [other], from: central.id, upTo: cursor)
        #expect(try await south.journal.chain(of: dot.origin, at: 1) == nil)
        // What was only there is kept, as this gateway's own entry.
        #expect(try await texts(at: south, 1...1) == ["one"])
        let same = KnownEntry(dot: Dot(south.journal.origin, 1), hash: Chain.hash(entry: [2]))
        _ = try await south.journal.absorb([], vacated: [same], from: central.id, upTo: cursor)
        #expect(try await texts(at: south, 1...1) == ["one"])
    }

    @Test func `a gateway whose copies were removed is not taken for a restored one`() async throws {
        for number in 1...4 { try await north.create(ReportID(UInt128(number)), grid: "10014") }
        try await central.pull(from: north)
        try await south.follow(central)
        let before = south.journal.origin
        let other = KnownEntry(dot: Dot(north.journal.origin, 1), hash: Chain.hash(entry: [1]))
        let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: 9)
        _ = try await south.journal.absorb([], vacated: [other], from: central.id, upTo: cursor)
        for _ in 0..<2 {
            try south.journal.close()
            try south.reopen()
            #expect(south.journal.origin == before)
        }
    }
}

extension TestNode {
    /// Scrubs the whole journal. Returns how many corrupt entries it found.
    fileprivate func scrubbed() async throws -> Int {
        var (corrupt, cursor) = (0, ScrubCursor?.some(.start))
        while let place = cursor {
            let step = try await journal.scrub(place)
            corrupt += step.corrupt
            cursor = step.next
        }
        return corrupt
    }
}
