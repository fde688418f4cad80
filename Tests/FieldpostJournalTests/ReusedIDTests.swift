import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// One entry id with two contents: from two gateways whose devices count alike, or on purpose.
struct ReusedIDTests {
    private let central: TestNode
    private let stations: [TestNode]
    private let report = ReportID(7)

    init() async throws {
        central = try TestNode(1, .central)
        stations = [try TestNode(2), try TestNode(3)]
        for (node, name) in zip(stations, ["南坑一站", "南坑二站"]) {
            try await central.journal.registerForTest(node, name: name, grids: ["10014"])
        }
    }

    @Test func `every node keeps both contents, marked, and an incident names both gateways`() async throws {
        for (node, text) in zip(stations, ["三单元充电", "井盖松动"]) {
            try await node.create(report, id: EntryID(5), grid: "10014", text: text)
        }
        try await exchange()
        for node in stations + [central] {
            let held = try #require(try await node.journal.report(report))
            let texts = held.fields[.text]?.siblings.map(\.value) ?? []
            #expect(Set(texts) == [.text("三单元充电"), .text("井盖松动")])
            #expect(held.reusedIDs == [EntryID(5)])
            #expect(held.history.count == 2)
            #expect(try await node.journal.incidents().count == 1)
        }
        let account = try #require(try await central.journal.incidents().first?.account)
        #expect(account.contains("南坑一站") && account.contains("南坑二站"))
        let digests = try await [central, stations[0], stations[1]].mapAsync { try await $0.journal.digest() }
        #expect(Set(digests.map(\.digest)).count == 1)
    }

    @Test func `two spellings of one text are two contents`() async throws {
        try await stations[0].create(report, id: EntryID(5), grid: "10014", text: "caf\u{e9}")
        try await stations[1].create(report, id: EntryID(5), grid: "10014", text: "cafe\u{301}")
        try await exchange()
        #expect(try await central.journal.report(report)?.fields[.text]?.siblings.count == 2)
        // Each one is recognized when it is sent again.
        for text in ["caf\u{e9}", "cafe\u{301}"] {
            let again = try await stations[0].create(report, id: EntryID(5), grid: "10014", text: text)
            #expect(again.isRepeat)
            #expect(again.entry.change.fields[.text] == .text(text))
        }
        await #expect(throws: JournalError.keyReused(EntryID(5))) {
            try await stations[0].create(report, id: EntryID(5), grid: "10014", text: "cafe")
        }
    }

    @Test func `the same content under one id is one write and no incident`() async throws {
        for node in stations { try await node.create(report, id: EntryID(5), grid: "10014") }
        try await exchange()
        #expect(try await central.journal.report(report)?.history.count == 1)
        #expect(try await central.journal.incidents().isEmpty)
    }

    @Test func `a gateway that uses a victim's id hides nothing of the victim's`() async throws {
        try await stations[0].create(report, id: EntryID(5), grid: "10014", text: "真的")
        try await central.pull(from: stations[0])
        let liar = Liar(9)
        for text in ["假的", "也是假的"] {
            try await liar.send(Change(fields: [.text: .text(text)]), to: report, id: EntryID(5), at: central.journal)
        }
        let values = try await central.journal.report(report)?.fields[.text]?.siblings.map(\.value) ?? []
        #expect(Set(values) == [.text("真的"), .text("假的"), .text("也是假的")])
        #expect(try await central.journal.incidents().count == 1)
    }

    private func exchange() async throws {
        for node in stations { try await central.pull(from: node) }
        for node in stations { try await node.follow(central) }
    }
}

extension Array {
    func mapAsync<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}

extension Journal {
    /// As a gateway's session would.
    func registerForTest(_ node: TestNode, name: String, grids: [String]) async throws {
        let hello = Hello(
            node: node.id, role: .gateway, name: name, incarnation: node.journal.origin.incarnation, predecessor: nil,
            boot: BootID(1), clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "",
            frameBytes: 0, dictionaries: [], heads: [], receipts: [], grids: grids)
        _ = try await register(hello, stamp: .unknown)
    }
}
