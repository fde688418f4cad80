import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

struct ReadingTests {
    let central: TestNode
    let north: TestNode

    init() throws {
        central = try TestNode(9, .central)
        north = try TestNode(1)
    }

    @Test func `a listing shows the newest first, page by page`() async throws {
        for number in 1...5 { try await north.create(ReportID(UInt128(number))) }
        var query = ReportQuery()
        query.limit = 2
        var pages: [[ReportID]] = []
        repeat {
            let page = try await north.journal.reports(query)
            pages.append(page.reports.map(\.id))
            query.before = page.next
        } while query.before != nil
        #expect(pages == [[ReportID(5), ReportID(4)], [ReportID(3), ReportID(2)], [ReportID(1)]])
    }

    @Test func `a listing is filtered by the values shown`() async throws {
        let made = try await north.create(ReportID(1), grid: "N1")
        try await north.create(ReportID(2), grid: "N2")
        try await north.edit(ReportID(1), seen: made.version, text: "a")
        try await north.edit(ReportID(1), seen: made.version, text: "b")
        var query = ReportQuery()
        query.matching = [.grid: "N2"]
        #expect(try await north.journal.reports(query).reports.map(\.id) == [ReportID(2)])
        query.matching = [:]
        query.conflict = true
        #expect(try await north.journal.reports(query).reports.map(\.id) == [ReportID(1)])
        query.matching = [.grid: "N2"]
        #expect(try await north.journal.reports(query).reports.isEmpty)
    }

    @Test func `the digest does not depend on the order in which reports arrived`() async throws {
        let entries = Samples.run(of: Samples.origin(2), count: 6)
        let cursor = FeedCursor(incarnation: Incarnation(1), position: 1)
        _ = try await north.journal.absorb(entries, from: central.id, upTo: cursor)
        for entry in entries.reversed() { _ = try await central.journal.absorb([entry], from: north.id, upTo: cursor) }
        let digest = try await north.journal.digest()
        #expect(digest == (try await central.journal.digest()))
        let reports = entries.compactMap(\.entry).map { Report(id: $0.report, folding: [$0]) }
        #expect(digest.digest == Report.digest(ofSorted: reports.map { ($0.id, $0.digest) }))
        #expect(digest.reports == 6)
    }

    @Test func `the digest of a scope leaves out reports outside of it`() async throws {
        try await central.journal.register(north.id, name: "north", grids: ["N1"])
        try await north.create()
        try await central.create(grid: "N1")
        try await central.create(grid: "S1")
        try await central.pull(from: north)
        try await north.follow(central)
        #expect(try await central.journal.digest().reports == 3)
        #expect(try await central.journal.digest(scope: north.id).reports == 2)
        #expect(try await central.journal.digest(scope: north.id) == north.journal.digest())
        #expect(try await central.journal.digest(scope: NodeID(publicKey: [77])).reports == 0)
    }

    @Test func `the statistics list gateways, their grids and how far they read their feeds`() async throws {
        try await central.journal.register(north.id, name: "north", grids: ["N2", "N1"])
        for _ in 0..<3 { try await central.create(grid: "N1") }
        let limit = RunLimit(entries: 2)
        let read = try #require(try await central.journal.feed(of: north.id, after: 0, limit: limit)).lastPosition
        try await central.journal.acknowledgeFeed(north.id, position: read)
        try await central.journal.acknowledgeFeed(north.id, position: read - 1)
        let statistics = try await central.journal.statistics()
        let gateway = try #require(statistics.gateways.first)
        #expect((gateway.name, gateway.node) == ("north", north.id))
        #expect(gateway.grids == ["N1", "N2"])
        #expect(gateway.feedWaiting == 1)
        #expect(statistics.reports == 3)
        #expect(statistics.fileBytes > 0)
        #expect(statistics.origins.map(\.head) == [try await central.journal.head()])
    }
}
