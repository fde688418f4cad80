import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// When a gateway says that central lost something, central believes only what its own proof shows, and each proof
/// once.
struct ProofTests {
    let gateway: Station
    let central: Station
    /// Central is restored from a copy that holds one of two reports.
    let copy: DiskSnapshot

    init() async throws {
        (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        try await gateway.push(to: central)
        copy = central.disk.snapshot()
        try await gateway.create(text: "of today")
        try await gateway.push(to: central)
        try await central.edit(report, text: "dispatched")
        try await gateway.follow(central)
    }

    @Test func `A proof shows each restore once, and the next restore again`() async throws {
        for _ in 0..<2 {
            try central.interrupted { $0.restore(copy) }
            let before = central.journal.origin
            let hello = try await gateway.hello()
            #expect(hello.receipts.count == 1 && hello.receipts[0].proof != nil)
            #expect(try await central.journal.register(hello, stamp: .unknown).hasBegun)
            let incarnation = central.journal.origin
            #expect(incarnation != before)
            let pull = try gateway.feedPull(by: try await gateway.compare(with: central))
            for _ in 0..<3 {
                #expect(try await !central.journal.register(hello, stamp: .unknown).hasBegun)
                let place = try await central.journal.checkFeed(of: gateway.id, against: pull, stamp: .unknown)
                #expect(place == FeedCursor(incarnation: incarnation.incarnation, position: 0))
            }
            #expect(central.journal.origin == incarnation)
        }
        #expect(try await central.journal.suspicions().isEmpty)
    }

    @Test func `A position in the feed, or an entry from it, is enough to show a restore`() async throws {
        let pull = try gateway.feedPull(by: try await gateway.compare(with: central))
        #expect(pull.proof != nil && pull.seen?.proof != nil)
        for alone in [
            FeedPull(stream: 1, after: pull.after, creditBytes: 1, proof: pull.proof),
            FeedPull(
                stream: 1, after: FeedCursor(incarnation: pull.after.incarnation, position: 0), creditBytes: 1,
                seen: pull.seen),
        ] {
            try central.interrupted { $0.restore(copy) }
            #expect(try await central.journal.checkFeed(of: gateway.id, against: alone, stamp: .unknown) == nil)
        }
    }

    @Test func `An unknown incarnation is proved too, even after central lost its whole journal`()
        async throws
    {
        let fresh = try Station(9, .central)
        #expect(try await fresh.journal.register(try await gateway.hello(), stamp: .unknown).hasBegun)
        try await gateway.push(to: fresh)
        #expect(try await fresh.journal.heads(of: gateway.id).map(\.seq) == [2])
    }

    /// What may be wrong with a proof.
    enum Forgery: CaseIterable {
        case missing, random, none, ofAnother, ofAnotherSeq, ofAnotherChain, ofAnotherIncarnation, byAnotherKey
    }

    @Test(arguments: Forgery.allCases)
    func `Receipts that prove nothing begin no incarnation and raise one alarm`(forgery: Forgery) async throws {
        let before = central.journal.origin
        let head = Head(origin: gateway.journal.origin, seq: 40, chain: .zero)
        var hello = try await gateway.hello()
        hello.receipts = [Receipt(head: head, proof: proof(of: head, forgery))]
        for _ in 0..<50 { #expect(try await !central.journal.register(hello, stamp: .unknown).hasBegun) }
        #expect(central.journal.origin == before)
        let suspicions = try await central.journal.suspicions()
        #expect(suspicions.map(\.gateway) == [gateway.id] && suspicions[0].kind == .receipts)
        #expect(try await central.journal.incidents().isEmpty)

        // Its reports are accepted as before, and the alarm ends when the gateway stops making the claim.
        let report = try await gateway.create(text: "as ever").entry.report
        try await gateway.push(to: central)
        #expect(try await central.text(of: report) == "as ever")
        #expect(try await central.journal.suspicions().isEmpty)
    }

    private func proof(of head: Head, _ forgery: Forgery) -> HeadProof? {
        let (key, incarnation) = (Samples.proofKey(of: central.id), central.journal.origin.incarnation)
        let right = key.proof(of: head, to: gateway.id, in: incarnation)
        return switch forgery {
        case .missing: nil
        case .random: HeadProof(incarnation: incarnation, proof: .random())
        case .none: HeadProof(incarnation: incarnation, proof: .absent)
        case .ofAnother: key.proof(of: head, to: NodeID(publicKey: [2]), in: incarnation)
        case .ofAnotherSeq:
            key.proof(of: Head(origin: head.origin, seq: 39, chain: .zero), to: gateway.id, in: incarnation)
        case .ofAnotherChain:
            key.proof(
                of: Head(origin: head.origin, seq: 40, chain: Hash256(hashing: [1])), to: gateway.id, in: incarnation)
        case .ofAnotherIncarnation: HeadProof(incarnation: .random(), proof: right.proof)
        case .byAnotherKey: Samples.proofKey(of: gateway.id).proof(of: head, to: gateway.id, in: incarnation)
        }
    }

    @Test func `False cursors and entries begin no incarnation, and the feed is still served`() async throws {
        let before = central.journal.origin
        let (incarnation, other) = (before.incarnation, Incarnation.random())
        let feed = try #require(try await central.journal.feed(of: gateway.id, after: 0))
        try await central.journal.acknowledgeFeed(gateway.id, position: feed.lastPosition)
        let false1 = KnownEntry(dot: Dot(before, 1), hash: .zero, proof: .random())
        let false2 = KnownEntry(dot: Dot(Origin(node: central.id, incarnation: other), 4), hash: .zero)
        // A proof of another entry that the gateway has.
        let known = try #require(try await gateway.compare(with: central).seen)
        let false3 = KnownEntry(dot: Dot(before, 7), hash: .zero, proof: known.proof)
        for (cursor, seen, position) in [
            (FeedCursor(incarnation: incarnation, position: 1 << 40), nil, feed.lastPosition),
            (FeedCursor(incarnation: other, position: 5), nil, 0),
            (FeedCursor(incarnation: other, position: 0), known, 0),
            (FeedCursor(incarnation: other, position: 0), false2, 0),
            (FeedCursor(incarnation: incarnation, position: 1), false1, feed.lastPosition),
            (FeedCursor(incarnation: incarnation, position: 1), false3, feed.lastPosition),
        ] as [(FeedCursor, KnownEntry?, UInt64)] {
            let pull = FeedPull(stream: 1, after: cursor, creditBytes: 1, seen: seen, proof: .random())
            for _ in 0..<20 {
                let place = try await central.journal.checkFeed(of: gateway.id, against: pull, stamp: .unknown)
                #expect(place == FeedCursor(incarnation: incarnation, position: position))
            }
            #expect(try await central.journal.suspicions().map(\.kind) == [.feed])
        }
        #expect(central.journal.origin == before)
        #expect(try await central.journal.resolveIncidents() == 1)
        #expect(try await central.journal.suspicions().isEmpty)
    }

    @Test func `Without a key central makes no proofs and accepts none`() async throws {
        let plain = try TestNode(9, .central)
        let hello = try await gateway.hello()
        #expect(try await !plain.journal.register(hello, stamp: .unknown).hasBegun)
        #expect(plain.journal.proof(of: try await gateway.journal.head(), to: gateway.id, in: .random()) == nil)
    }

    @Test func `A gateway sends no receipt without a proof, or one that its own chain contradicts`() async throws
    {
        let fresh = try Station(3)
        try await fresh.create()
        let head = try await fresh.journal.head()
        try await fresh.journal.acknowledge(Receipt(head: head))
        #expect(try await fresh.hello().receipts.isEmpty)
        let proof = Samples.proofKey(of: central.id).proof(of: head, to: fresh.id, in: .random())
        try await fresh.journal.acknowledge(Receipt(head: head, proof: proof))
        #expect(try await fresh.hello().receipts == [Receipt(head: head, proof: proof)])
        #expect(try await fresh.journal.greeting(to: NodeID(publicKey: [8])).receipts.isEmpty)
        try await fresh.journal.begin(IncarnationStart(.forked(head.origin, agreed: 0), stamp: .unknown))
        #expect(try await fresh.hello().receipts.isEmpty)
    }
}
