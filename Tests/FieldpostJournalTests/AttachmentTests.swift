import FieldpostCore
import FieldpostStore
import GRDB
import Testing

@testable import FieldpostJournal

/// Which entries name which photos, and what central holds of them.
struct AttachmentTests {
    private let node: TestNode
    private let photos = (1...5).map { Hash256(hashing: [UInt8($0)]) }
    private let central = Incarnation(0xC1)

    init() throws { node = try TestNode(1) }

    private func attach(_ photos: [Hash256], to report: ReportID, in node: TestNode) async throws {
        let attachments = photos.map { Attachment(blob: $0, mediaType: "image/jpeg", byteCount: 300_000) }
        _ = try await node.journal.append(Samples.draft(.edit, report, change: Change(attachments: attachments)))
    }

    private func lacking(_ node: TestNode, after number: Int64 = 0) async throws -> [Hash256] {
        try await node.journal.lacking(after: number, limit: 100).map(\.hash)
    }

    @Test func `blobs are listed in the order in which they were named, with the reports that name them`()
        async throws
    {
        let reports = [try await node.create().entry.report, try await node.create().entry.report]
        try await attach([photos[2], photos[0]], to: reports[0], in: node)
        try await attach([photos[0], photos[1]], to: reports[1], in: node)
        try await attach([photos[0]], to: reports[0], in: node)
        #expect(try await lacking(node) == [photos[2], photos[0], photos[1]])
        let first = try #require(try await node.journal.lacking(after: 0, limit: 1).first)
        #expect(first.hash == photos[2] && first.bytes == 300_000)
        #expect(try await lacking(node, after: first.number) == [photos[0], photos[1]])
        #expect(try await node.journal.reports(naming: photos[0], limit: 9) == reports)
        #expect(try await node.journal.reports(naming: photos[0], limit: 1) == [reports[0]])
        #expect(try await node.journal.reports(naming: photos[4], limit: 9).isEmpty)
        #expect(try await node.journal.named([photos[4], photos[1]]) == [photos[1]])
    }

    @Test func `what central holds is remembered, until another incarnation of central is met`() async throws {
        try await attach(photos, to: try await node.create().entry.report, in: node)
        let journal = node.journal
        try await journal.meet(central)
        for photo in photos.prefix(2) { try await journal.record(photo, bytes: 1, isHeld: true, by: central) }
        try await journal.record(photos[2], bytes: 1, isHeld: true, by: Incarnation(0xC0))
        #expect(try await lacking(node) == Array(photos[2...]))
        #expect(try await journal.held(photos) == Set(photos[..<2]))
        try await journal.record(photos[0], bytes: 1, isHeld: false, by: central)
        try node.journal.close()
        try node.reopen()
        try await node.journal.meet(central)
        #expect(try await node.journal.held(photos) == [photos[1]])
        let statistics = try await node.journal.attachmentStatistics()
        #expect(statistics.blobs == 5 && statistics.bytes == 1_500_000)
        #expect(statistics.lacking == 4 && statistics.lackingBytes == 1_200_000)
        try await node.journal.meet(Incarnation(0xC2))
        #expect(try await lacking(node) == photos)
    }

    @Test func `a blob may be held before an entry names it`() async throws {
        try await node.journal.meet(central)
        try await node.journal.record(photos[0], bytes: 300_000, isHeld: true, by: central)
        #expect(try await node.journal.named(photos).isEmpty)
        try await attach([photos[0], photos[1]], to: try await node.create().entry.report, in: node)
        #expect(try await lacking(node) == [photos[1]])
    }

    @Test func `entries that came from another node count, and those that moved count at their new place`()
        async throws
    {
        let report = try await node.create(grid: "10014").entry.report
        try await attach([photos[0]], to: report, in: node)
        let hub = try TestNode(2, .central)
        try await hub.journal.registerForTest(node, name: "南坑一站", grids: ["10014"])
        try await hub.pull(from: node)
        #expect(try await lacking(hub) == [photos[0]])
        #expect(try await hub.journal.reports(naming: photos[0], limit: 9) == [report])
        // The node was restored from a copy: all its entries move to a new incarnation.
        let old = node.journal.origin
        try await node.journal.begin(
            IncarnationStart(.forked(old, agreed: 0), stamp: Samples.stamp))
        #expect(try await node.journal.reports(naming: photos[0], limit: 9) == [report])
    }

    @Test func `the scrub writes lost rows again`() async throws {
        let report = try await node.create().entry.report
        try await attach([photos[0]], to: report, in: node)
        try node.tamper { try $0.execute(sql: "DELETE FROM attachments") }
        #expect(try await node.journal.named(photos).isEmpty)
        var cursor: ScrubCursor? = .start
        while let place = cursor { cursor = try await node.journal.scrub(place).next }
        #expect(try await node.journal.named(photos) == [photos[0]])
        #expect(try await node.journal.reports(naming: photos[0], limit: 9) == [report])
    }
}
