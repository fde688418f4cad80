import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Where one report is, and what is ahead of it.
struct WhereaboutTests {
    private func digits(_ first: UInt128, _ last: UInt128) -> ClosedRange<ReportID> { ReportID(first)...ReportID(last) }

    @Test func `A gateway knows what of a report waits, and what goes before it`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        #expect(try await gateway.journal.whereabouts(of: .random()) == nil)
        let reports = [ReportID(10), ReportID(20), ReportID(30)]
        try await gateway.create(reports[0])
        try await gateway.push(to: central)
        let confirmed = try #require(try await gateway.journal.whereabouts(of: reports[0]))
        #expect(confirmed.waiting == nil && confirmed.entries == 1 && confirmed.written == 1)

        try await gateway.create(reports[1], text: "井盖松动")
        try await gateway.create(reports[2])
        try await gateway.edit(reports[1], text: "井盖缺失")
        let first = try #require(try await gateway.journal.whereabouts(of: reports[1])?.waiting)
        #expect(first.entries == 2 && first.entriesAhead == 0 && first.bytesAhead == 0 && !first.isUrgent)
        let second = try #require(try await gateway.journal.whereabouts(of: reports[2])?.waiting)
        #expect(second.entries == 1 && second.entriesAhead == 1 && second.bytesAhead > 50)
        #expect(second.bytesAhead < first.bytes, "the later edit is not ahead of it")

        let urgent = [ReportID(40), ReportID(50)]
        for report in urgent { try await gateway.create(report, urgent: true) }
        let jumped = try #require(try await gateway.journal.whereabouts(of: urgent[1])?.waiting)
        #expect(jumped.isUrgent && jumped.entriesAhead == 1 && jumped.bytesAhead > 50)
        try await gateway.push(to: central)
        for report in reports + urgent { #expect(try await gateway.journal.whereabouts(of: report)?.waiting == nil) }
    }

    @Test func `Reports are found by a range of ids, wherever the index keeps them`() async throws {
        let node = try TestNode(1)
        for id in [0x0190_A000, 0x0190_A001, 0x0190_B000] as [UInt128] { try await node.create(ReportID(id << 96)) }
        let range = digits(0x0190_A000 << 96, 0x0190_AFFF << 96 | UInt128.max >> 32)
        let both = [ReportID(0x0190_A000 << 96), ReportID(0x0190_A001 << 96)]
        #expect(try await node.journal.reports(in: range, limit: 9) == both)
        try await node.journal.writeReportIDs()
        #expect(try await node.journal.reports(in: range, limit: 9) == both)
        try await node.journal.writeReportIDs(movingAll: true)
        try await node.create(ReportID(0x0190_A002 << 96))
        #expect(try await node.journal.reports(in: range, limit: 9).count == 3)
        #expect(try await node.journal.reports(in: range, limit: 2) == both)
        #expect(try await node.journal.reports(in: digits(1, 2), limit: 9).isEmpty)
    }

    @Test func `Central knows which gateways may see a report, and which have confirmed it`() async throws {
        let (central, author, reader) = (try TestNode(9, .central), try TestNode(1), try TestNode(2))
        for (node, name) in [(author, "东站"), (reader, "西站")] {
            try await central.journal.register(node.id, name: name, grids: name == "西站" ? ["10014"] : [])
        }
        let report = ReportID(7)
        try await author.create(report, grid: "10014")
        try await author.create(ReportID(8), grid: "10015")
        try await central.pull(from: author)
        func readers(_ report: ReportID) async throws -> [String] {
            try await central.journal.whereabouts(of: report)?.readers.map {
                "\($0.name) \($0.isAuthor) \($0.waiting.map(String.init) ?? "-")"
            } ?? []
        }
        #expect(try await readers(report) == ["东站 true 0", "西站 false 1"])
        #expect(try await readers(ReportID(8)) == ["东站 true 0"])
        try await reader.follow(central)
        let position = try #require(try await reader.journal.feedCursor(of: central.id)?.position)
        try await central.journal.acknowledgeFeed(reader.id, position: position)
        #expect(try await readers(report) == ["东站 true 0", "西站 false 0"])
        #expect(try await central.journal.whereabouts(of: report)?.waiting == nil)
    }

    @Test func `A corrupt entry of a report is named`() async throws {
        let node = try TestNode(1)
        let report = ReportID(7)
        try await node.create(report)
        try await node.edit(report)
        try node.tamper { try $0.execute(sql: "UPDATE entries SET bytes = x'00' WHERE place & 1 = 0") }
        var cursor: ScrubCursor? = .start
        while let next = cursor { cursor = try await node.journal.scrub(next, bytes: 1 << 20).next }
        let found = try #require(try await node.journal.whereabouts(of: report))
        #expect(found.entries == 2 && found.quarantined.map(\.dot.seq) == [2])
    }
}
