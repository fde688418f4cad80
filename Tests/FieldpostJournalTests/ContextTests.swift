import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// The causal contexts of authors count only as far as the authors can have seen.
struct ContextTests {
    private let central: TestNode
    private let station: TestNode
    private let report = ReportID(7)

    init() async throws {
        central = try TestNode(1, .central)
        station = try TestNode(2)
        try await central.journal.registerForTest(station, name: "南坑一站", grids: ["10014"])
        try await central.create(report, grid: "10014", text: "first")
    }

    @Test(arguments: [1, 2, 1 << 20, Limits.seq] as [UInt64])
    func `a version that claims too much is accepted, and hides nothing later`(more: UInt64) async throws {
        let origin = central.journal.origin
        let claimed = min(1 + more, Limits.seq)
        let forged = ReportVersion(context: VersionVector([(origin, claimed)]), depth: Limits.depth - 1)
        let edit = try await central.edit(report, seen: forged, text: "forged")
        #expect(edit.entry.context[origin] == 1)
        #expect(edit.entry.depth == 2)
        let stale = ReportVersion(context: VersionVector([(origin, 1 as UInt64)]), depth: 1)
        try await central.edit(report, seen: stale, text: "later")
        #expect(try await texts(central) == ["forged", "later"])
        try await central.edit(report, text: "resolved")
        #expect(try await texts(central) == ["resolved"])
    }

    @Test func `a roaming terminal's version is cut to what is held, and its edit becomes a sibling`() async throws {
        try await station.follow(central)
        let first = try await station.edit(report, text: "at the first gateway")
        let second = try TestNode(3)
        try await central.journal.registerForTest(second, name: "南坑二站", grids: ["10014"])
        try await second.follow(central)
        try await second.edit(report, seen: first.version, text: "at the second")
        try await central.pull(from: station)
        try await central.pull(from: second)
        #expect(try await texts(central) == ["at the first gateway", "at the second"])
    }

    @Test(arguments: [1, 2, 5, Limits.seq] as [UInt64])
    func `a gateway that claims central's future hides nothing, on any node`(claimed: UInt64) async throws {
        let liar = Liar(9)
        let head = try await central.journal.head().seq
        let clock = VersionVector([(central.journal.origin, min(head + claimed, Limits.seq))])
        try await liar.send(
            Change(fields: [.text: .text("lie")]), to: report, claiming: clock, depth: 1 << 39, at: central.journal)
        let old = ReportVersion(context: VersionVector([(central.journal.origin, 1 as UInt64)]), depth: 1)
        for text in ["结案一", "结案二", "结案三"] { try await central.edit(report, seen: old, text: text) }
        try await station.follow(central)
        for node in [central, station] {
            #expect(try await texts(node) == ["lie", "结案一", "结案三", "结案二"])
        }
        #expect(try await central.journal.incidents().count == 1)
        try await central.edit(report, text: "done")
        #expect(try await texts(central) == ["done"])
    }

    @Test func `a gateway that claims another gateway's future hides nothing`() async throws {
        try await station.follow(central)
        try await station.edit(report, text: "one")
        try await central.pull(from: station)
        let liar = Liar(9)
        let clock = VersionVector([(station.journal.origin, Limits.seq)])
        try await liar.send(Change(fields: [.text: .text("lie")]), to: report, claiming: clock, at: central.journal)
        let seen = ReportVersion(context: VersionVector([(station.journal.origin, 1 as UInt64)]), depth: 2)
        try await station.edit(report, seen: seen, text: "two")
        try await central.pull(from: station)
        try await station.follow(central)
        for node in [central, station] { #expect(try await texts(node).contains("two")) }
    }

    @Test func `an origin cuts a known false claim about itself before it writes`() async throws {
        // A gateway may have it from a central node that could not detect it.
        let liar = Liar(9)
        let other = try TestNode(4, .central)
        try await liar.send(
            Change(fields: [.text: .text("lie")]), to: report,
            claiming: VersionVector([(station.journal.origin, 50 as UInt64)]), at: other.journal)
        try await other.journal.registerForTest(station, name: "南坑一站", grids: [])
        try await other.create(ReportID(8))
        try await other.edit(report, grid: "10014")
        try await other.journal.registerForTest(station, name: "南坑一站", grids: ["10014"])
        try await station.follow(other)
        try await station.edit(report, seen: ReportVersion(), text: "truth")
        #expect(try await texts(station).contains("truth"))
    }

    @Test func `two entries that cover each other are both shown`() async throws {
        let (one, two) = (Liar(8), Liar(9))
        let (first, second) = (one.next, two.next)
        try await one.send(
            Change(fields: [.stage: .text("closed")]), to: report,
            claiming: VersionVector([(second.origin, second.seq)]),
            at: central.journal)
        try await two.send(
            Change(fields: [.stage: .text("open")]), to: report, claiming: VersionVector([(first.origin, first.seq)]),
            at: central.journal)
        let stages = try await central.journal.report(report)?.fields[.stage]?.siblings.map(\.value) ?? []
        #expect(!stages.isEmpty)
    }

    @Test func `the greatest depth and the largest context leave later edits possible`() async throws {
        let liar = Liar(9)
        let junk = VersionVector(
            (1...256).map { number in
                (
                    Origin(
                        node: NodeID(publicKey: [77, UInt8(number & 255)]), incarnation: Incarnation(UInt128(number))),
                    1
                )
            })
        try await liar.send(
            Change(fields: [.text: .text("deep")]), to: report, claiming: junk, depth: Limits.depth, at: central.journal
        )
        for number in 0..<3 { try await central.edit(report, text: "edit \(number)") }
        #expect(try await texts(central) == ["edit 2"])
    }

    @Test func `more writers than a context may name leave later edits possible`() async throws {
        for number in 0..<300 {
            let key = [UInt8(number / 200) + 100, UInt8(number % 200)]
            let writer = Writer(Origin(node: NodeID(publicKey: key), incarnation: Incarnation(UInt128(number))))
            try await writer.write(number < 20 ? "value \(number)" : nil, to: report, at: central.journal)
        }
        let edit = try await central.edit(report, text: "resolved")
        #expect(edit.entry.context.count <= Limits.contextOrigins)
        #expect(try await texts(central) == ["resolved"])
    }

    private func texts(_ node: TestNode) async throws -> [String] {
        (try await node.journal.report(report)?.fields[.text]?.siblings ?? []).compactMap {
            if case .text(let text) = $0.value { text } else { nil }
        }.sorted()
    }
}

/// Writes one entry of an origin.
private struct Writer {
    let origin: Origin
    init(_ origin: Origin) { self.origin = origin }

    func write(_ text: String?, to report: ReportID, at central: Journal) async throws {
        let change = text.map { Change(fields: [.text: .text($0)]) } ?? Change(notes: [Note(text: "备注")])
        let entry = Entry(
            id: .random(), dot: Dot(origin, 1), report: report, previousSeq: 0, context: VersionVector(), depth: 1,
            author: "", stamp: .unknown, change: change)
        let sealed = SealedEntry.sealed(entry)
        _ = try await central.ingest([sealed], of: origin, after: Chain.start(of: origin))
    }
}
