import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// What entries claim to have seen of a gateway, when central was restored from a copy and may lack it.
struct ClaimTests {
    private let central: Station
    private let writer: Station
    private let report = ReportID(7)
    private let liar = Liar(9)

    init() async throws {
        central = try Station(1, .central)
        writer = try Station(2)
        let change = Change(fields: [.text: .text("first"), .grid: .text("S1")])
        _ = try await central.journal.append(Samples.draft(.create, report, change: change))
        try await writer.push(to: central)
        try await central.journal.register(writer.id, name: "writer", grids: ["S1"])
        try await writer.follow(central)
    }

    private func restore() async throws {
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: writer.id), stamp: .unknown))
        _ = try await central.journal.register(liar.hello, stamp: .unknown)
    }

    private func greet() async throws {
        _ = try await central.journal.register(try await writer.hello(), stamp: .unknown)
    }

    /// The writer says hello under another incarnation, without entries.
    private func greet(as origin: Origin) async throws {
        let hello = try await writer.hello()
        let other = Hello(
            node: hello.node, role: hello.role, name: hello.name, incarnation: origin.incarnation,
            predecessor: hello.incarnation, boot: hello.boot, clock: hello.clock, linkClass: "", frameBytes: 0,
            dictionaries: [], heads: [Head(origin: origin, seq: 0, chain: Chain.start(of: origin))], receipts: [],
            grids: [])
        _ = try await central.journal.register(other, stamp: .unknown)
    }

    private func lie(ahead: UInt64 = 1) async throws {
        let claimed = VersionVector([(writer.journal.origin, try await writer.journal.head().seq + ahead)])
        try await liar.send(Change(fields: [.text: .text("lie")]), to: report, claiming: claimed, at: central.journal)
    }

    private func texts() async throws -> [String] {
        (try await central.journal.report(report)?.fields[.text]?.siblings ?? []).compactMap {
            guard case .text(let text) = $0.value else { return nil }
            return text
        }
    }

    private var alarms: Int {
        get async throws {
            try await central.journal.incidents().count { $0.account.contains("claim to have seen") }
        }
    }

    @Test(arguments: [1, 1000] as [UInt64])
    func `a claim that comes before its author's hello is cut by that hello`(ahead: UInt64) async throws {
        try await restore()
        try await lie(ahead: ahead)
        #expect(try await alarms == 0)
        try await greet()
        #expect(try await alarms == 1)
        // The author has not heard of the lie.
        try await writer.edit(report, text: "true")
        try await writer.push(to: central)
        #expect(try await Set(texts()) == ["lie", "true"])
        #expect(try await alarms == 1)
    }

    @Test func `a claim that comes after its author's hello is cut at once`() async throws {
        try await restore()
        try await greet()
        try await lie()
        #expect(try await alarms == 1)
        try await writer.edit(report, text: "true")
        try await writer.push(to: central)
        #expect(try await Set(texts()) == ["lie", "true"])
    }

    @Test func `a hello to an earlier incarnation of central does not count`() async throws {
        try await restore()
        try await greet()
        try await restore()
        try await lie()
        #expect(try await alarms == 0)
        try await greet()
        #expect(try await alarms == 1)
    }

    @Test func `a claim about an incarnation that central does not know yet waits for its hello too`() async throws {
        try await restore()
        let fresh = Origin(node: writer.id, incarnation: Incarnation(77))
        let claimed = VersionVector([(fresh, 1 as UInt64)])
        try await liar.send(Change(fields: [.text: .text("lie")]), to: report, claiming: claimed, at: central.journal)
        #expect(try await alarms == 0)
        try await greet(as: fresh)
        #expect(try await alarms == 1)
    }

    /// The writer wrote before its hello, and after the copy from which central was restored. So the claim may have
    /// been true, but no receipt says that central ever held the entry.
    @Test(arguments: [false, true])
    func `a claim about an entry that no receipt covers is cut without blame`(isGreeted: Bool) async throws {
        try await restore()
        let claimed = VersionVector([(writer.journal.origin, try await writer.journal.head().seq + 1)])
        try await writer.edit(report, text: "true")
        if isGreeted { try await greet() }
        try await liar.send(Change(fields: [.text: .text("lie")]), to: report, claiming: claimed, at: central.journal)
        try await writer.push(to: central)
        #expect(try await Set(texts()) == ["lie", "true"])
        #expect(try await alarms == 0)
    }

    @Test func `claims beyond the limit are cut at once`() async throws {
        try await restore()
        let many = (0..<200).map { number in
            (Origin(node: writer.id, incarnation: Incarnation(UInt128(1000 + number))), 1 as UInt64)
        }
        for number in 0..<(Limits.openClaims / many.count + 2) {
            let change = Change(fields: [.text: .text("lie \(number)")])
            try await liar.send(change, to: report, claiming: VersionVector(many), at: central.journal)
        }
        try await lie()
        try await writer.edit(report, text: "true")
        try await writer.push(to: central)
        #expect(try await texts().contains("true"))
    }

    @Test func `a claim about an entry that central lost is believed`() async throws {
        let reader = try Station(4)
        try await reader.push(to: central)
        try await central.journal.register(reader.id, name: "reader", grids: ["S1"])
        let copy = central.disk.snapshot()
        try await writer.edit(report, text: "of the lost time")
        try await writer.push(to: central)
        try await reader.follow(central)
        try central.interrupted { $0.restore(copy) }
        let pull = try reader.feedPull(by: try await reader.compare(with: central))
        #expect(try await central.journal.checkFeed(of: reader.id, against: pull, stamp: .unknown) == nil)

        try await reader.edit(report, text: "after it")
        try await reader.push(to: central)
        try await writer.push(to: central)
        #expect(try await texts() == ["after it"])
        #expect(try await alarms == 0)
    }

    @Test func `the hello of another incarnation of the author says nothing about the claimed one`() async throws {
        try await restore()
        try await lie()
        try await greet(as: Origin(node: writer.id, incarnation: Incarnation(77)))
        #expect(try await alarms == 0)
        try await greet()
        #expect(try await alarms == 1)
    }
}
