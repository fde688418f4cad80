import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// The whole machine was restored, and only central can tell.
struct ForkTests {
    @Test func `A rewound journal gets its lost entries back and continues in a new incarnation`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let kept = try await gateway.create()
        let card = gateway.disk.snapshot()
        let lost = try await gateway.create(text: "lost")
        try await gateway.push(to: central)
        try gateway.interrupted { $0.restore(card) }
        let old = gateway.journal.origin

        let divergence = try #require(try await gateway.compare(with: central).divergences.first)
        #expect(divergence == Divergence(origin: old, agreed: 0, differing: 0, held: 1, peer: 2))
        let points = try await gateway.journal.points(of: old, after: 0, upTo: 1)
        #expect(try await central.journal.locate(points) == Located(origin: old, agreed: 1, differing: 0))
        try await gateway.journal.begin(IncarnationStart(.rewound(old, held: 1, peer: 2), stamp: .unknown))
        #expect(try await gateway.fetch(.run(old, first: 2, last: 2), from: central) == 1)

        #expect(try await gateway.text(of: lost.entry.report) == "lost")
        #expect(gateway.journal.predecessor == old.incarnation)
        try await gateway.create()
        try await gateway.push(to: central)
        #expect(try await gateway.compare(with: central).divergences.isEmpty)
        #expect(try await gateway.journal.digest() == central.journal.digest())
        _ = kept
    }

    @Test func `A forked journal keeps both sides: its own entries move, under the same ids`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let shared = try await gateway.create()
        let card = gateway.disk.snapshot()
        let original = try await gateway.create(text: "central has it")
        try await gateway.edit(shared.entry.report, text: "first")
        try await gateway.push(to: central)
        try gateway.interrupted { $0.restore(card) }
        let old = gateway.journal.origin

        let mine = try await gateway.create(text: "mine")
        try await gateway.edit(mine.entry.report, text: "mine, later")
        try await gateway.edit(shared.entry.report, text: "second")
        let divergence = try #require(try await gateway.compare(with: central).divergences.first)
        #expect(divergence.differing == 3 && divergence.agreed == 0)
        let points = try await gateway.journal.points(of: old, after: 0, upTo: 2)
        #expect(try await central.journal.locate(points) == Located(origin: old, agreed: 1, differing: 2))
        try await gateway.journal.begin(IncarnationStart(.forked(old, agreed: 1), stamp: .unknown))
        #expect(try await gateway.text(of: mine.entry.report) == "mine, later")
        #expect(try await gateway.journal.report(mine.entry.report)?.isConflict == false)
        #expect(try await gateway.fetch(.run(old, first: 2, last: 3), from: central) == 2)
        try await gateway.push(to: central)

        for node in [gateway, central] {
            #expect(try await node.text(of: original.entry.report) == "central has it")
            #expect(try await node.text(of: mine.entry.report) == "mine, later")
            let report = try #require(try await node.journal.report(shared.entry.report))
            // Neither edit saw the other.
            #expect(report.fields[.text]?.siblings.count == 2)
            #expect(report.history.count == 3)
        }
        #expect(try await gateway.journal.digest() == central.journal.digest())
        let repeated = try await gateway.journal.append(
            Samples.draft(
                .create, mine.entry.report, id: mine.entry.id, change: Change(fields: [.text: .text("mine")])))
        #expect(repeated.isRepeat && repeated.entry.id == mine.entry.id)
    }

    @Test func `After a fork, no edit claims what its author may not have seen`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let shared = try await gateway.create()
        let card = gateway.disk.snapshot()
        try await gateway.edit(shared.entry.report, text: "at central")
        try await gateway.push(to: central)
        try gateway.interrupted { $0.restore(card) }
        let old = gateway.journal.origin
        // A terminal saw this entry at the same dot.
        let seen = try await gateway.edit(shared.entry.report, text: "unsent").version
        try await gateway.journal.begin(IncarnationStart(.forked(old, agreed: 1), stamp: .unknown))
        _ = try await gateway.fetch(.run(old, first: 2, last: 2), from: central)
        try await gateway.edit(shared.entry.report, text: "by the terminal", seen: seen)
        let siblings = try await gateway.journal.report(shared.entry.report)?.fields[.text]?.siblings.map(\.value)
        #expect(siblings?.contains(.text("at central")) == true)
    }

    @Test func `A gateway that lost its journal gets all of it back`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create(text: "early").entry.report
        let old = gateway.journal.origin
        try await gateway.push(to: central)
        let fresh = try Station(1)
        let verdict = try await fresh.compare(with: central)
        #expect(!verdict.hasLaterIncarnation)
        #expect(verdict.divergences == [Divergence(origin: old, agreed: 0, differing: 0, held: 0, peer: 1)])
        _ = try await fresh.fetch(.run(old, first: 1, last: 1), from: central)
        #expect(try await fresh.text(of: report) == "early")
        #expect(try await fresh.compare(with: central).divergences.isEmpty)
    }

    @Test func `A card from before a later incarnation is told about that`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        let card = gateway.disk.snapshot()
        try await gateway.push(to: central)
        let first = gateway.journal.origin
        try await gateway.journal.begin(IncarnationStart(.laterIncarnation(than: first), stamp: .unknown))
        try await gateway.push(to: central)
        try gateway.interrupted { $0.restore(card) }
        #expect(try await gateway.compare(with: central).hasLaterIncarnation)
    }

    @Test func `A second incarnation that follows the same one waits for an administrator`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        try await gateway.push(to: central)
        let clone = try Station(1, on: FaultDisk(seed: 3))
        try clone.interrupted { $0.restore(gateway.disk.snapshot()) }
        try gateway.reopenAfterClone()
        for station in [gateway, clone] {
            try await station.journal.begin(
                IncarnationStart(.laterIncarnation(than: station.journal.origin), stamp: .unknown))
        }
        try await gateway.push(to: central)
        #expect(await violation { try await clone.push(to: central) } == .clone)
        #expect(await violation { try await clone.push(to: central) } == .clone)
        #expect(try await central.journal.statistics().clones.count == 1)
        #expect(try await central.journal.incidents().count == 1)
        #expect(try await central.journal.acceptClone(gateway.id) == 1)
        try await clone.push(to: central)
        #expect(try await central.journal.statistics().clones.isEmpty)
    }

    @Test func `A restored central fetches everything from an accepted clone`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        try await gateway.push(to: central)
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: gateway.id), stamp: .unknown))
        let clone = try Station(1, on: FaultDisk(seed: 3))
        try clone.interrupted { $0.restore(gateway.disk.snapshot()) }
        try gateway.reopenAfterClone()
        for station in [gateway, clone] {
            try await station.journal.begin(
                IncarnationStart(.laterIncarnation(than: station.journal.origin), stamp: .unknown))
        }
        try await gateway.push(to: central)
        try await central.journal.finishFetch(of: gateway.id)
        #expect(await violation { try await clone.push(to: central) } == .clone)
        #expect(try await !central.journal.register(try await gateway.hello(), stamp: .unknown).wantsFetch)
        _ = try await central.journal.acceptClone(gateway.id)
        #expect(try await central.journal.register(try await clone.hello(), stamp: .unknown).wantsFetch)
    }
}

extension Station {
    /// A snapshot does not stop the process, which continues.
    fileprivate func reopenAfterClone() throws {
        disk.kill()
        try reopen()
    }
}
