import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// Central is restored from yesterday's copy, and gets back what gateways keep.
struct CentralRestoreTests {
    @Test func `A receipt beyond what central holds shows a restore, once`() async throws {
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
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).wantsFetch)
        #expect(try await central.fetch(.foreign(after: nil), from: gateway) == 1)
        try await central.journal.finishFetch(of: gateway.id)
        #expect(try await central.text(of: report) == "dispatched")
        #expect(try await !central.journal.register(try await gateway.hello(), stamp: .unknown).wantsFetch)
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `A restore is found even if the feed has grown again beyond what a gateway read`()
        async throws
    {
        let (reader, writer, central) = (try Station(1), try Station(2), try Station(9, .central))
        let report = try await reader.create().entry.report
        try await reader.push(to: central)
        try await central.journal.register(reader.id, name: "reader", grids: ["S1"])
        let copy = central.disk.snapshot()
        // The reader reads only another gateway's entries in the lost time: central's own entries would show the
        // restore.
        let change = Change(fields: [.text: .text("read in the lost time"), .grid: .text("S1")])
        _ = try await writer.journal.append(Samples.draft(.create, ReportID(7), change: change))
        try await writer.push(to: central)
        try await reader.follow(central)
        try central.interrupted { $0.restore(copy) }
        for text in ["one", "two", "three"] { try await central.edit(report, text: text) }

        let pull = try reader.feedPull(by: try await reader.compare(with: central))
        let before = central.journal.origin
        #expect(pull.after.incarnation == before.incarnation)
        #expect(try await central.journal.checkFeed(of: reader.id, against: pull, stamp: .unknown) == nil)
        #expect(central.journal.predecessor == before.incarnation)
        _ = try await central.fetch(.foreign(after: nil), from: reader)
        try await central.journal.finishFetch(of: reader.id)
        try await central.journal.register(reader.id, name: "reader", grids: ["S1"])
        try await reader.follow(central)
        #expect(try await central.text(of: ReportID(7)) == "read in the lost time")
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
    }

    @Test func `What left a scope in the lost time is withdrawn after everything was fetched`() async throws {
        let (reader, writer, central) = (try Station(1), try Station(2), try Station(9, .central))
        try await reader.push(to: central)
        let change = Change(fields: [.text: .text("read"), .grid: .text("S1")])
        _ = try await writer.journal.append(Samples.draft(.create, ReportID(7), change: change))
        try await writer.push(to: central)
        let copy = central.disk.snapshot()
        // A grid is added and removed in the time that the copy does not contain.
        try await central.journal.register(reader.id, name: "reader", grids: ["S1"])
        try await reader.follow(central)
        #expect(try await reader.text(of: ReportID(7)) == "read")
        try central.interrupted { $0.restore(copy) }

        let pull = try reader.feedPull(by: try await reader.compare(with: central))
        #expect(try await central.journal.checkFeed(of: reader.id, against: pull, stamp: .unknown) == nil)
        _ = try await central.fetch(.foreign(after: nil), from: reader)
        try await central.journal.finishFetch(of: reader.id)
        try await reader.follow(central)
        #expect(try await reader.text(of: ReportID(7)) == nil)
        #expect(try await reader.journal.isWithdrawn(ReportID(7)))
        #expect(try await reader.journal.digest() == central.journal.digest(scope: reader.id))
    }

    @Test func `A gateway that is new to a restored central node gets back what others kept of its own entries`()
        async throws
    {
        let (writer, keeper, central) = (try Station(1), try Station(2), try Station(9, .central))
        let (card, copy) = (writer.disk.snapshot(), central.disk.snapshot())
        let change = Change(fields: [.text: .text("kept by another"), .grid: .text("S1")])
        _ = try await writer.journal.append(Samples.draft(.create, ReportID(7), change: change))
        try await writer.push(to: central)
        try await central.journal.register(keeper.id, name: "keeper", grids: ["S1"])
        try await keeper.follow(central)
        // Both forget: central knows neither gateway, and the author does not know that it wrote.
        try central.interrupted { $0.restore(copy) }
        try writer.interrupted { $0.restore(card) }

        let pull = try keeper.feedPull(by: try await keeper.compare(with: central))
        #expect(try await central.journal.checkFeed(of: keeper.id, against: pull, stamp: .unknown) == nil)
        #expect(try await central.fetch(.foreign(after: nil), from: keeper) == 1)
        _ = try await writer.compare(with: central)
        let before = writer.journal.origin
        try await writer.follow(central)
        #expect(try await writer.text(of: ReportID(7)) == "kept by another")
        #expect(writer.journal.origin != before && writer.journal.predecessor == before.incarnation)
        #expect(try await writer.journal.digest() == central.journal.digest(scope: writer.id))
    }

    @Test func `A start skips positions of the feed, and no gateway reads it again`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        try await gateway.push(to: central)
        var positions: [UInt64] = []
        for text in ["one", "two", "three"] {
            try await central.edit(report, text: text)
            positions.append(try #require(try await central.journal.feed(of: gateway.id, after: 0)).lastPosition)
            try await gateway.follow(central)
            try central.interrupted { _ in }
            let pull = try gateway.feedPull(by: try await gateway.compare(with: central))
            #expect(pull.after.position == positions.last)
            #expect(try await central.journal.checkFeed(of: gateway.id, against: pull, stamp: .unknown) == pull.after)
        }
        #expect(zip(positions, positions.dropFirst()).allSatisfy { $0 + 1 < $1 })
        #expect(central.journal.predecessor == nil)
    }

    @Test func `Receipts are ignored for entries that central replaced by others`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<3 { try await gateway.create() }
        try await gateway.push(to: central)
        _ = try await gateway.compare(with: central)
        let other = Head(origin: gateway.journal.origin, seq: 2, chain: .zero)
        let divergence = try await gateway.journal.compare([other], with: central.journal.origin).divergences.first
        #expect(divergence == Divergence(origin: other.origin, agreed: 0, differing: 2, held: 3, peer: 2))
    }
}
