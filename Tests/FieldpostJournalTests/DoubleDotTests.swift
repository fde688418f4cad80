import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// Nodes that were restored as a whole machine, and written to before they knew, use dots twice. Both entries are kept
/// completely, under their ids, and all nodes come to agree which of them has the dot.
struct DoubleDotTests {
    @Test func `Central restored and written to keeps both sides, and tells those who read the other`() async throws {
        let (north, south, central) = (try Station(1), try Station(2), try Station(9, .central))
        let (northern, southern) = (try await north.create().entry.report, try await south.create().entry.report)
        for gateway in [north, south] { try await gateway.push(to: central) }
        let card = central.disk.snapshot()
        let first = try await central.edit(northern, text: "before").entry
        try await north.follow(central)
        try central.interrupted { $0.restore(card) }
        let second = try await central.edit(southern, text: "after").entry
        #expect(first.dot == second.dot)
        try await south.follow(central)

        let verdict = try await north.compare(with: central)
        let pull = try north.feedPull(by: verdict)
        #expect(try await central.journal.checkFeed(of: north.id, against: pull, stamp: .unknown) == nil)
        for gateway in [north, south] { _ = try await central.fetch(.foreign(after: nil), from: gateway) }
        for gateway in [north, south] { try await gateway.follow(central) }

        #expect(try await central.text(of: northern) == "before")
        for node in [central, south] {
            #expect(try await node.text(of: southern) == "after")
            let found = try await node.journal.report(northern)?.history.contains { $0.dot == first.dot }
            // The other gateway is told to remove its own copy, but not what is there now.
            #expect(found == (node === central ? true : nil))
            let moved = try await node.journal.report(southern)?.history.filter { $0.id == second.id } ?? []
            #expect(moved.count == 1 && moved.allSatisfy { $0.dot != second.dot })
        }
        for gateway in [north, south] {
            #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
        }
    }

    @Test func `Central tells the readers of entries that it moves, also of places that stay empty`()
        async throws
    {
        let (north, south, central) = (try Station(1), try Station(2), try Station(9, .central))
        let (northern, southern) = (try await north.create().entry.report, try await south.create().entry.report)
        for gateway in [north, south] { try await gateway.push(to: central) }
        let card = central.disk.snapshot()
        try await central.edit(northern, text: "before")
        try await north.follow(central)
        try central.interrupted { $0.restore(card) }
        // More than was lost: nothing comes back at the dots of the last two.
        var written: [Dot] = []
        for text in ["one", "two", "three"] {
            written.append(try await central.edit(southern, text: text).entry.dot)
        }
        try await south.follow(central)

        let verdict = try await north.compare(with: central)
        _ = try await central.journal.checkFeed(of: north.id, against: try north.feedPull(by: verdict), stamp: .unknown)
        // South has given back what it keeps before north shows that dots were used twice.
        for gateway in [south, north] { _ = try await central.fetch(.foreign(after: nil), from: gateway) }
        var (told, position): ([KnownEntry], UInt64) = ([], 0)
        while let run = try await central.journal.feed(of: south.id, after: position) {
            told += run.vacated
            position = run.lastPosition
        }
        #expect(told.filter { $0.hash == .zero }.map(\.dot) == Array(written.dropFirst()))
        for gateway in [north, south] { try await gateway.follow(central) }

        for node in [central, south] {
            let history = try #require(try await node.journal.report(southern)).history
            #expect(history.count == 4 && history.allSatisfy { !written.contains($0.dot) })
            #expect(try await node.text(of: southern) == "three")
        }
        for gateway in [north, south] {
            #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
        }
    }

    @Test func `Central tells whom it may have sent an entry, also long after the rows of their feeds are gone`()
        async throws
    {
        let (north, south, central) = (try Station(1), try Station(2), try Station(9, .central))
        let (idle, former) = (try Station(3), try Station(4))
        let (northern, southern) = (try await north.create().entry.report, try await south.create().entry.report)
        for gateway in [north, south] { try await gateway.push(to: central) }
        for gateway in [north, south] { try await central.serve([], at: gateway) }
        for gateway in [idle, former] { try await central.serve(["S1"], at: gateway) }
        let card = central.disk.snapshot()
        let first = try await central.edit(northern, text: "before").entry
        #expect(try await north.readFeed(of: central))
        try central.interrupted { $0.restore(card) }
        let change = Change(fields: [.text: .text("after"), .grid: .text("S1")])
        let second = try await central.journal.append(Samples.draft(.edit, southern, change: change)).entry
        #expect(first.dot == second.dot)
        for gateway in [south, former] { #expect(try await gateway.readFeed(of: central)) }
        #expect(try await former.text(of: southern) == "after")
        let cards = (south: south.disk.snapshot(), former: former.disk.snapshot())
        // One gateway loses its grid with the entry, and one has it but never reads its feed.
        try await central.serve([], at: former)
        for gateway in [south, former] { #expect(try await gateway.readFeed(of: central)) }
        try await central.trimFeeds()

        #expect(try await !north.readFeed(of: central))
        for gateway in [north, south, idle, former] {
            _ = try await central.fetch(.foreign(after: nil), from: gateway)
            try await central.journal.finishFetch(of: gateway.id)
        }
        for _ in 0..<2 {
            for gateway in [north, south, idle, former] {
                #expect(try await gateway.readFeed(of: central))
                #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
                #expect(try await gateway.journal.statistics().orphans == 0)
                #expect(try await gateway.journal.head().seq == (gateway === north || gateway === south ? 1 : 0))
            }
            #expect(try await former.journal.isWithdrawn(southern))
            let history = try #require(try await south.journal.report(southern)).history
            #expect(history.filter { $0.id == second.id }.map(\.dot.origin) == [central.journal.origin])
            // Then both are put back to when they held the entry, and all rows that may go are gone.
            try await central.trimFeeds()
            try south.interrupted { $0.restore(cards.south) }
            try former.interrupted { $0.restore(cards.former) }
        }
    }

    @Test func `At a gateway central's entry wins, and the replaced one is written again under its id`() async throws {
        let gateway = try Station(1)
        let central = NodeID(publicKey: [9])
        let origin = Samples.origin(5)
        let (mine, theirs) = (ReportID.random(), ReportID.random())
        let held = Samples.sealed(Dot(origin, 1), id: .random(), report: mine, text: "held")
        let next = Samples.sealed(Dot(origin, 2))
        let cursor = FeedCursor(incarnation: Incarnation(1), position: 1)
        _ = try await gateway.journal.absorb([held, next], from: central, upTo: cursor)
        let said = Samples.sealed(Dot(origin, 1), id: .random(), report: theirs, text: "said")
        _ = try await gateway.journal.absorb([said], from: central, upTo: cursor)

        #expect(try await gateway.text(of: theirs) == "said")
        let adopted = try #require(try await gateway.journal.report(mine)?.history.first)
        #expect(adopted.id == held.entry?.id && adopted.dot == Dot(gateway.journal.origin, 1))
        let chain = Samples.chain(of: origin, [said, next])
        #expect(try await gateway.journal.heads(of: origin.node) == [Head(origin: origin, seq: 2, chain: chain)])
        #expect(try await gateway.scrub().repaired == 0)
    }

    @Test func `At central the held entry stays, and the other one is written again once`() async throws {
        let central = try Station(9, .central)
        let origin = Samples.origin(5)
        let (kept, other) = (ReportID.random(), ReportID.random())
        let held = Samples.sealed(Dot(origin, 1), id: .random(), report: kept, text: "held")
        _ = try await central.journal.ingest([held], of: origin, after: Chain.start(of: origin))
        let given = Samples.sealed(Dot(origin, 1), id: .random(), report: other, text: "given")
        for giver: UInt8 in [1, 2] {
            let node = NodeID(publicKey: [giver])
            try await central.journal.register(node, name: "g", grids: [])
            _ = try await central.gather([given], provedTo: node)
            // The giver holds another entry at that dot, and must be told about this one.
            let told = try #require(try await central.journal.feed(of: node, after: 0))
            #expect(told.vacated == [KnownEntry(dot: held.dot, hash: held.hash)])
            #expect(!told.entries.contains(held.bytes), "not what it says: it is of a report that is not the giver's")
        }
        #expect(try await central.text(of: kept) == "held")
        let history = try #require(try await central.journal.report(other)?.history)
        #expect(history.map(\.id) == [given.entry?.id] && history.first?.dot.origin == central.journal.origin)
        #expect(try await central.journal.head().seq == 1)
    }

    @Test func `What an author sends wins over what others gave of it`() async throws {
        let central = try Station(9, .central)
        let origin = Samples.origin(5)
        let (old, new) = (ReportID.random(), ReportID.random())
        let earlier = Samples.sealed(Dot(origin, 2), id: .random(), report: old, text: "earlier")
        _ = try await central.gather([earlier], provedTo: NodeID(publicKey: [1]))
        let run = [Samples.sealed(Dot(origin, 1)), Samples.sealed(Dot(origin, 2), report: new, text: "again")]
        let ingested = try await central.journal.ingest(run, of: origin, after: Chain.start(of: origin))
        #expect(ingested.durable.head.seq == 2)
        #expect(try await central.text(of: new) == "again")
        #expect(try await central.text(of: old) == "earlier")
    }

    @Test func `A gateway that gets own entries it lacks knows that it was restored`() async throws {
        let gateway = try Station(1)
        try await gateway.create()
        let old = gateway.journal.origin
        let lost = Samples.sealed(Dot(old, 3), id: .random(), report: ReportID(7), text: "lost")
        let absorbed = try await gateway.journal.absorb(
            [lost], from: NodeID(publicKey: [9]), upTo: FeedCursor(incarnation: Incarnation(1), position: 1))
        #expect(absorbed.hasBegun && gateway.journal.predecessor == old.incarnation)
        #expect(try await gateway.text(of: ReportID(7)) == "lost")
        #expect(try await gateway.journal.incidents().count == 1)
    }

    @Test func `What another gateway kept reaches the author through the feed`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.push(to: central)
        let incarnation = Origin(node: gateway.id, incarnation: Incarnation(5))
        let lost = Samples.sealed(Dot(incarnation, 2), report: ReportID(7), text: "lost")
        _ = try await central.gather([lost], provedTo: NodeID(publicKey: [2]))
        try await gateway.follow(central)
        #expect(try await gateway.text(of: ReportID(7)) == "lost")
        #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
    }

    @Test func `What a gateway kept of others stays in its scope as far as it serves their grids`() async throws {
        let (gateway, author, central) = (try Station(1), try Station(2), try Station(9, .central))
        try await gateway.push(to: central)
        try await central.journal.register(gateway.id, name: "g", grids: ["S1"])
        for (number, grid) in [(7, "S1"), (8, "X1")] as [(UInt128, String)] {
            let change = Change(fields: [.text: .text("kept"), .grid: .text(grid)])
            _ = try await author.journal.append(Samples.draft(.create, ReportID(number), change: change))
        }
        let kept = try #require(try await author.journal.run(of: author.journal.origin, after: 0)).sealed
        _ = try await central.gather(kept, provedTo: gateway.id)
        for number in [7, 8] as [UInt128] { try await central.edit(ReportID(number), text: "edited at central") }
        try await gateway.follow(central)
        #expect(try await gateway.text(of: ReportID(7)) == "edited at central")
        #expect(try await gateway.text(of: ReportID(8)) == nil)
        #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
    }

    @Test func `An entry written again claims nothing of the node that writes it`() async throws {
        let gateway = try Station(1)
        let mine = try await gateway.create(text: "mine").entry
        let origin = Samples.origin(5)
        let first = Samples.sealed(Dot(origin, 1), id: .random(), report: mine.report, text: "one")
        let second = Samples.sealed(
            Dot(origin, 2), id: .random(), report: mine.report, text: "two", previous: 1,
            context: VersionVector([(origin, UInt64(1))]))
        let central = NodeID(publicKey: [9])
        let cursor = FeedCursor(incarnation: Incarnation(1), position: 1)
        _ = try await gateway.journal.absorb([first, second], from: central, upTo: cursor)
        let said = (1...2).map { (seq: UInt64) in Samples.sealed(Dot(origin, seq), id: .random(), text: "said") }
        _ = try await gateway.journal.absorb(said, from: central, upTo: cursor)
        let report = try #require(try await gateway.journal.report(mine.report))
        #expect(Set(report.history.map(\.id)) == [mine.id, first.entry?.id, second.entry?.id])
        #expect(report.fields[.text]?.siblings.contains { $0.entry == mine.id } == true)
    }
}
