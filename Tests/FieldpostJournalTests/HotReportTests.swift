import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Testing

/// Reports to which many nodes write.
struct HotReportTests {
    private let central: TestNode
    private let station: TestNode
    private let report = ReportID(7)

    init() async throws {
        central = try TestNode(1, .central)
        station = try TestNode(2)
        try await central.journal.registerForTest(station, name: "南坑一站", grids: ["10014"])
        try await station.create(report, grid: "10014")
    }

    @Test func `a large report equals the fold of its entries, across restarts, conflicts and repeats`() async throws {
        for number in 0..<150 {
            try await note("站 \(number)", at: station)
            if number % 50 == 20 { try await station.edit(report, seen: ReportVersion(), text: "edit \(number)") }
            if number == 75 { try station.journal.close(); try station.reopen() }
        }
        try await central.pull(from: station)
        for number in 0..<150 { try await note("央 \(number)", at: central) }
        let key = EntryID(99)
        let first = try await note("once", at: central, id: key)
        let again = try await note("once", at: central, id: key)
        #expect(again.isRepeat && again.entry == first.entry)
        await #expect(throws: JournalError.keyReused(key)) { try await note("twice", at: central, id: key) }
        try await station.follow(central)

        let held = try #require(try await central.journal.report(report))
        #expect(held.notes.count == 301)
        #expect(first.overview == held.overview)
        #expect(held.fields[.text]?.siblings.count == 4)
        #expect(held.gaps.isEmpty)
        let (here, there) = (try await central.journal.digest(), try await station.journal.digest())
        #expect(here == there)
        #expect(held.digest == (try await station.journal.report(report))?.digest)
        var query = ReportQuery()
        query.conflict = true
        let listed = try await central.journal.reports(query)
        #expect(listed.reports.map(\.id) == [report])
    }

    @Test func `a change after a refusal in a large report is right`() async throws {
        for number in 0..<100 { try await note("\(number)", at: station) }
        let text = String(repeating: "x", count: Limits.entryBytes)
        await #expect(throws: JournalError.self) { try await note(text, at: station) }
        let next = try await note("next", at: station)
        #expect(next.entry.dot.seq == 102)
        #expect(next.overview == (try await station.journal.report(report))?.overview)
    }

    @Test func `a large report keeps its digest through a scrub and through pruning`() async throws {
        for number in 0..<100 { try await note("\(number)", at: station) }
        let before = try await station.journal.digest()
        var cursor: ScrubCursor? = .start
        while let place = cursor {
            let step = try await station.journal.scrub(place)
            #expect(step.repaired == 0)
            cursor = step.next
        }
        #expect(try await station.journal.digest() == before)
    }

    @Test func `a node writes at most its share of a report, and central can write more`() async throws {
        var taken = 1
        do throws(JournalError) {
            for number in 0..<100 {
                try await large(number, at: station)
                taken += 1
            }
            Issue.record("no share was reached")
        } catch {
            #expect(error == .reportFull(report))
        }
        #expect((30...40).contains(taken))
        // Other reports accept changes, and so does this one from other nodes.
        try await station.create()
        try await central.pull(from: station)
        for number in 0..<40 { try await large(number, at: central) }
        try await central.edit(report, text: "结案")
        #expect(try await central.journal.report(report)?.text(of: .text) == "结案")
        #expect(try await central.journal.quarantine().isEmpty)
    }

    @Test func `entries beyond a liar's share are quarantined, and an honest 结案 is stored`() async throws {
        try await central.pull(from: station)
        let liar = Liar(9)
        for number in 0..<80 { try await liar.send(Self.large(number), to: report, at: central.journal) }
        let quarantined = try await central.journal.quarantine()
        #expect((5...20).contains(quarantined.count))
        #expect(quarantined.allSatisfy { $0.dot.origin == liar.origin && $0.reason.contains("one node") })
        // Reading them again changes nothing.
        _ = try await central.journal.replayQuarantine()
        #expect(try await central.journal.quarantine().count == quarantined.count)
        try await station.edit(report, text: "结案")
        try await central.pull(from: station)
        #expect(try await central.journal.report(report)?.text(of: .text) == "结案")
    }

    @Test func `entries beyond a share are neither cut nor repaired`() async throws {
        try await central.pull(from: station)
        let liar = Liar(9)
        var refused: [UInt64] = []
        for number in 0..<80 {
            let claim = number < 75 ? VersionVector() : VersionVector([(central.journal.origin, 1 << 30)])
            let taken = try await liar.send(Self.large(number), to: report, claiming: claim, at: central.journal)
            refused += taken.quarantinedSeqs
        }
        #expect(refused == (try await central.journal.quarantine()).map(\.dot.seq) && refused.count >= 5)
        try await central.edit(report, text: "结案")
        // Central's only entry: quarantined entries need no cut.
        #expect(try await central.journal.heads(of: central.id).map(\.seq) == [1])
        var cursor: ScrubCursor? = .start
        while let place = cursor {
            let step = try await central.journal.scrub(place)
            #expect((step.repaired, step.corrupt) == (0, 0))
            cursor = step.next
        }
        #expect(try await central.journal.quarantine().count == refused.count)
    }

    @discardableResult
    private func note(_ text: String, at node: TestNode, id: EntryID = .random()) async throws -> Committed {
        try await node.journal.append(
            Samples.draft(.edit, report, id: id, change: Change(notes: [Note(text: text)])))
    }

    private static func large(_ number: Int) -> Change {
        let text = "\(number) " + String(repeating: "长", count: 8_000)
        return Change(notes: (0..<10).map { Note(text: "\($0) " + text) })
    }

    private func large(_ number: Int, at node: TestNode) async throws(JournalError) {
        _ = try await node.journal.append(Samples.draft(.edit, report, change: Self.large(number)))
    }
}
