import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

struct IngestTests {
    let central: TestNode
    let peer = Samples.origin(2)

    init() throws { central = try TestNode(9, .central) }

    @discardableResult
    private func ingest(_ entries: some Collection<SealedEntry>, after chain: Hash256) async throws -> Ingested {
        try await central.journal.ingest(Array(entries), of: peer, after: chain)
    }

    @Test func `a run is durable up to its last entry`() async throws {
        let run = Samples.run(of: peer, count: 10)
        let first = try await ingest(run[0..<4], after: Chain.start(of: peer))
        #expect(first.added == 4)
        #expect(first.durable.head == Head(origin: peer, seq: 4, chain: Samples.chain(of: peer, run[0..<4])))
        let second = try await ingest(run[4...], after: first.durable.head.chain)
        #expect(second.durable.head == Head(origin: peer, seq: 10, chain: Samples.chain(of: peer, run)))
        #expect(try await central.journal.heads(of: peer.node) == [second.durable.head])
        #expect(try await central.journal.statistics().reports == 10)
    }

    @Test func `a run that is already held, completely or in part, is only counted`() async throws {
        let run = Samples.run(of: peer, count: 10)
        try await ingest(run[0..<6], after: Chain.start(of: peer))
        let again = try await ingest(run[0..<6], after: Chain.start(of: peer))
        #expect((again.added, again.repeated) == (0, 6))
        let overlapping = try await ingest(run[3...], after: Samples.chain(of: peer, run[0..<3]))
        #expect((overlapping.added, overlapping.repeated) == (4, 3))
        #expect(overlapping.durable.head.seq == 10)
        #expect(try await central.journal.statistics().reports == 10)
    }

    @Test func `an empty run changes nothing`() async throws {
        let nothing = try await ingest([], after: Hash256.zero)
        #expect(nothing.durable.head == Head(origin: peer, seq: 0, chain: Chain.start(of: peer)))
        #expect(try await central.journal.heads(of: peer.node) == [])
    }

    @Test func `an entry missing below the head is stored again`() async throws {
        let run = Samples.run(of: peer, count: 10)
        try await ingest(run, after: Chain.start(of: peer))
        let whole = try await central.journal.digest()
        try central.tamper { db in
            try db.execute(sql: "DELETE FROM entries WHERE place & 0xFFFFFFFFFF = 5")
            try db.execute(sql: "DELETE FROM reports WHERE id = ?", arguments: [ReportID(5).column])
        }
        #expect(try await central.journal.digest() != whole)
        let repair = try await ingest(run[3..<7], after: Samples.chain(of: peer, run[0..<3]))
        #expect((repair.added, repair.repeated) == (1, 3))
        #expect(repair.durable.head.seq == 10)
        #expect(try await central.journal.digest() == whole)
    }

    @Test func `a run that leaves a gap is a broken chain, and none of it is kept`() async throws {
        let run = Samples.run(of: peer, count: 10)
        try await ingest(run[0..<4], after: Chain.start(of: peer))
        let code = await violation {
            try await ingest(run[5...], after: Samples.chain(of: peer, run[0..<5]))
        }
        #expect(code == .brokenChain)
        #expect(try await central.journal.heads(of: peer.node).map(\.seq) == [4])
        #expect(try await central.journal.statistics().reports == 4)
        #expect(central.journal.failure == nil)
    }

    @Test func `another entry at a held dot is a fork`() async throws {
        let run = Samples.run(of: peer, count: 4)
        try await ingest(run, after: Chain.start(of: peer))
        let other = Samples.run(of: peer, count: 6, text: "other")
        #expect(await violation { try await ingest(other, after: Chain.start(of: peer)) } == .fork)
        #expect(
            await violation {
                try await ingest(other[4...], after: Samples.chain(of: peer, other[0..<4]))
            } == .fork)
        #expect(try await central.journal.heads(of: peer.node).map(\.seq) == [4])
    }

    @Test func `a fork hidden behind a hole is found where the chains meet`() async throws {
        let run = Samples.run(of: peer, count: 4)
        try await ingest(run, after: Chain.start(of: peer))
        try central.tamper { try $0.execute(sql: "DELETE FROM entries WHERE place & 0xFFFFFFFFFF = 2") }
        // Another entry was at 2, so the chain before 3 differs. Entries 3 and 4 are the same.
        let other = [run[0], Samples.sealed(Dot(peer, 2), text: "other")]
        let code = await violation {
            try await ingest(run[2...], after: Samples.chain(of: peer, other))
        }
        #expect(code == .fork)
    }

    @Test func `entries that are not one run of the origin are refused`() async throws {
        let run = Samples.run(of: peer, count: 4)
        let start = Chain.start(of: peer)
        #expect(await violation { try await ingest([run[0], run[2]], after: start) } == .badBatch)
        let foreign = Samples.run(of: Samples.origin(3), count: 1)
        #expect(await violation { try await ingest(foreign, after: start) } == .badBatch)
        let far = SealedEntry(dot: Dot(peer, UInt64.max), bytes: [], content: .quarantined(reason: "no"))
        #expect(await violation { try await ingest([far], after: start) } == .limitExceeded)
        let zero = SealedEntry(dot: Dot(peer, 0), bytes: [], content: .quarantined(reason: "no"))
        #expect(await violation { try await ingest([zero], after: start) } == .limitExceeded)
    }

    @Test func `a quarantined entry is kept, counted and relayed byte for byte`() async throws {
        var run = Samples.run(of: peer, count: 3)
        run[1] = EntryCodec().open([1, 2, 3], at: Dot(peer, 2))
        let ingested = try await ingest(run, after: Chain.start(of: peer))
        #expect(ingested.added == 3 && ingested.quarantinedSeqs == [2])
        #expect(ingested.durable.head.seq == 3)
        let statistics = try await central.journal.statistics()
        #expect((statistics.reports, statistics.quarantined) == (2, 1))
        let relayed = try #require(try await central.journal.run(of: peer, after: 0))
        #expect(relayed.entries == run.map { .bytes($0.bytes) })
        #expect(relayed.chainAfter == ingested.durable.head.chain)
    }

    @Test func `a run continues over entries that came by the feed`() async throws {
        let run = Samples.run(of: peer, count: 6)
        let cursor = FeedCursor(incarnation: Incarnation(1), position: 1)
        _ = try await central.journal.absorb([run[1], run[3]], from: NodeID(publicKey: [8]), upTo: cursor)
        for _ in 0..<2 {
            let ingested = try await ingest(run, after: Chain.start(of: peer))
            #expect(ingested.durable.head == Head(origin: peer, seq: 6, chain: Samples.chain(of: peer, run)))
            #expect(ingested.added + ingested.repeated == 6)
        }
        // Their place in the chain is known now.
        #expect(try await central.journal.chain(of: peer, at: 2) == Samples.chain(of: peer, run[0..<2]))
        #expect(try await central.journal.statistics().reports == 6)
    }

    @Test func `the same entries are accepted again after reopening`() async throws {
        let run = Samples.run(of: peer, count: 3)
        let cursor = FeedCursor(incarnation: Incarnation(1), position: 1)
        _ = try await central.journal.absorb([run[2]], from: NodeID(publicKey: [8]), upTo: cursor)
        try central.tamper { _ in }
        let ingested = try await ingest(run, after: Chain.start(of: peer))
        #expect((ingested.added, ingested.repeated) == (2, 1))
        #expect(central.journal.failure == nil)
    }
}
