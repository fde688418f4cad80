import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Synchronization
import Testing

/// A commit wakes the sessions that it concerns, and no other.
struct GrowthTests {
    @Test func `at central, a commit wakes only the sessions of the gateways whose feeds grew`() async throws {
        let central = try TestNode(99, .central)
        let gateways = (1...40).map { NodeID(publicKey: [UInt8($0)]) }
        var listeners: [Listener] = []
        for (number, gateway) in gateways.enumerated() {
            try await central.journal.register(gateway, name: "g\(number)", grids: ["S\(number)"])
            listeners.append(Listener(central.journal, .feed(of: gateway)))
        }
        try await central.create(ReportID(1), grid: "S7")
        #expect(listeners.map { $0.takeWakes() } == gateways.indices.map { $0 == 7 ? 1 : 0 })

        try await central.edit(ReportID(1), grid: "S8")
        #expect(listeners.map { $0.takeWakes() } == gateways.indices.map { $0 == 7 || $0 == 8 ? 1 : 0 })

        try await central.create(ReportID(2), grid: "X1")
        try await central.journal.acknowledgeFeed(gateways[7], position: 1)
        #expect(listeners.allSatisfy { $0.takeWakes() == 0 })
    }

    @Test func `a gateway whose grids change is woken for what its feed withdraws`() async throws {
        let central = try TestNode(99, .central)
        let gateway = NodeID(publicKey: [1])
        try await central.journal.register(gateway, name: "north", grids: ["N1"])
        try await central.create(ReportID(1), grid: "N1")
        let listener = Listener(central.journal, .feed(of: gateway))
        try await central.journal.register(gateway, name: "north", grids: ["N2"])
        #expect(listener.takeWakes() == 1)
    }

    @Test func `the end of a fetch wakes the feed that has waited for it`() async throws {
        let central = try TestNode(99, .central)
        let gateway = NodeID(publicKey: [1])
        try await central.journal.register(gateway, name: "north", grids: [])
        let listener = Listener(central.journal, .feed(of: gateway))
        try await central.journal.finishFetch(of: gateway)
        #expect(listener.takeWakes() == 1)
    }

    @Test func `at a gateway, only its own entries wake the session, before their writer is answered`() async throws {
        let (central, gateway) = (try TestNode(99, .central), try TestNode(1))
        let listener = Listener(gateway.journal, .ownEntries)
        for _ in 1...20 {
            let written = try await gateway.create()
            #expect(listener.takeWakes() == 1)
            #expect(try await gateway.journal.head().seq == written.entry.dot.seq)
        }
        try await central.journal.register(gateway.id, name: "north", grids: ["N1"])
        try await central.create(grid: "N1")
        #expect(try await gateway.follow(central) == 1)
        #expect(listener.takeWakes() == 0)
    }

    @Test func `a write that is refused wakes nobody for entries, and a commit beside it wakes`() async throws {
        let gateway = try TestNode(1)
        let listener = Listener(gateway.journal, .ownEntries)
        await #expect(throws: JournalError.self) {
            try await gateway.journal.append(Samples.draft(.edit, ReportID(7)))
        }
        #expect(listener.takeWakes() == 0)
        try await gateway.create()
        #expect(listener.takeWakes() == 1)
    }

    @Test func `nobody is woken after the subscription ended`() async throws {
        let gateway = try TestNode(1)
        let count = WakeCount()
        var listener: Listener? = Listener(gateway.journal, .ownEntries, count)
        try await gateway.create()
        listener = nil
        try await gateway.create()
        #expect(listener == nil)
        #expect(count.take() == 1)
    }
}

private final class WakeCount: Sendable {
    private let wakes = Mutex(0)

    func add() { wakes.withLock { $0 += 1 } }

    /// Wakes since the last call.
    func take() -> Int {
        wakes.withLock { wakes in
            defer { wakes = 0 }
            return wakes
        }
    }
}

private final class Listener: Sendable {
    private let count: WakeCount
    private let subscription: GrowthSubscription

    init(_ journal: Journal, _ growth: Growth, _ count: WakeCount = WakeCount()) {
        self.count = count
        subscription = journal.onGrowth(of: growth) { count.add() }
    }

    func takeWakes() -> Int { count.take() }
}
