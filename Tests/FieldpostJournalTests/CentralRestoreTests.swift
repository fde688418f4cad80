import FaultDisk
import FieldpostCore
import FieldpostJournal
import Testing

/// Central put back from yesterday's copy gets back what gateways keep.
struct CentralRestoreTests {
    @Test func `A receipt beyond what central holds shows that it was put back, once`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        try await gateway.push(to: central)
        let copy = central.disk.snapshot()
        let report = try await gateway.create(text: "of today").entry.report
        try await gateway.push(to: central)
        try central.interrupted { $0.restore(copy) }
        let before = central.journal.origin
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).hasBegun)
        #expect(central.journal.origin != before && central.journal.predecessor == before.incarnation)
        #expect(try await !central.journal.register(try await gateway.hello(), stamp: .unknown).hasBegun)
        try await gateway.push(to: central)
        #expect(try await central.text(of: report) == "of today")
        #expect(try await central.journal.incidents().count == 1)
    }

    @Test func `What central itself wrote comes back from a gateway that read it`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        try await gateway.push(to: central)
        let copy = central.disk.snapshot()
        let edit = try await central.edit(report, text: "dispatched").entry
        let run = try #require(try await central.journal.feed(of: gateway.id, after: 0))
        try await gateway.absorb(run, in: central.journal.origin.incarnation, from: central)
        try central.interrupted { $0.restore(copy) }

        let verdict = try await gateway.compare(with: central)
        #expect(verdict.seen?.dot == edit.dot)
        let pull = try gateway.feedPull(by: verdict)
        #expect(try await central.journal.checkFeed(of: gateway.id, against: pull, stamp: .unknown) == nil)
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).wantsRecall)
        #expect(try await central.recall(.foreign(after: nil), from: gateway) == 1)
        try await central.journal.finishRecall(of: gateway.id)
        #expect(try await central.text(of: report) == "dispatched")
        #expect(try await !central.journal.register(try await gateway.hello(), stamp: .unknown).wantsRecall)
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `Where central holds other entries than it gave receipts for, its receipts mean nothing`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<3 { try await gateway.create() }
        try await gateway.push(to: central)
        _ = try await gateway.compare(with: central)
        let other = Head(origin: gateway.journal.origin, seq: 2, chain: .zero)
        let parting = try await gateway.journal.compare([other], with: central.journal.origin).partings.first
        #expect(parting == Parting(origin: other.origin, agreed: 0, differing: 2, held: 3, peer: 2))
    }
}
