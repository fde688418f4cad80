import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Urgent entries that come to central ahead of their chain.
struct EarlyTests {
    @Test func `an early entry is shown, survives a kill, and takes its place when the chain comes`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<3 { try await gateway.create() }
        let report = ReportID.random()
        try await gateway.create(report, text: "fire", urgent: true)
        let durable = try #require(try await gateway.sendEarly(to: central).first)
        #expect(durable.entry.dot == Dot(gateway.journal.origin, 4))
        for isFirst in [true, false] {
            #expect(try await central.text(of: report) == "fire")
            #expect(try await central.journal.reports(ReportQuery()).reports.map(\.id) == [report])
            #expect(try await central.journal.heads(of: gateway.id).map(\.seq) == [0])
            #expect(try await central.journal.statistics().early == 1)
            if isFirst { try central.interrupted { _ in } }
        }
        #expect(try await gateway.sendEarly(to: central) == [durable], "a repeat changes nothing")
        #expect(try await gateway.journal.statistics().origins.map(\.receipt) == [0])

        try await gateway.push(to: central)
        let statistics = try await central.journal.statistics()
        #expect(statistics.early == 0 && statistics.reports == 4 && statistics.orphans == 0)
        #expect(try await central.journal.report(report)?.history.count == 1)
        #expect(try await central.journal.digest() == gateway.journal.digest())
        #expect(try await central.scrub().repaired == 0)
        #expect(try await gateway.journal.urgent(after: 0, limit: RunLimit()).entries.isEmpty)
        let origin = gateway.journal.origin
        let isSparse = try await central.journal.queue.write { $0.memory.origins[origin]?.isSparse }
        #expect(isSparse == false, "the next batches need no look at each place")
    }

    @Test func `a gateway knows what waits for central, and since when`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        #expect(try await gateway.journal.backlog() == JournalBacklog())
        func draft(_ minute: UInt64, urgent: Bool = false, photo: Hash256? = nil) -> Draft {
            var change = Change(fields: [.text: .text("占道经营")])
            if urgent { change.fields[.priority] = .urgent }
            if let photo { change.attachments = [Attachment(blob: photo, mediaType: "image/jpeg", byteCount: 9)] }
            var draft = Samples.draft(.create, .random(), change: change)
            draft.stamp = Stamp(wallMilliseconds: 0, boot: BootID(7), monotonicMilliseconds: minute * 60_000)
            return draft
        }
        _ = try await gateway.journal.append(draft(1))
        try await gateway.push(to: central)
        #expect(try await gateway.journal.backlog().entries == 0)
        _ = try await gateway.journal.append(draft(2))
        _ = try await gateway.journal.append(draft(3, photo: Hash256(hashing: [1])))
        _ = try await gateway.journal.append(draft(4, urgent: true))
        _ = try await gateway.journal.append(draft(5, urgent: true, photo: Hash256(hashing: [2])))
        let backlog = try await gateway.journal.backlog()
        let now = Stamp(wallMilliseconds: 0, boot: BootID(7), monotonicMilliseconds: 600_000)
        #expect(backlog.entries == 4 && backlog.oldestEntry?.seconds(to: now) == 480)
        #expect(backlog.urgent == 2 && backlog.oldestUrgent?.seconds(to: now) == 360)
        #expect(backlog.oldestPhoto?.seconds(to: now) == 420)
        try await gateway.push(to: central)
        let rest = try await gateway.journal.backlog()
        #expect(rest.entries == 0 && rest.urgent == 0 && rest.oldestEntry == nil && rest.oldestPhoto != nil)
    }

    @Test func `all entries of an urgent report that central may lack go ahead, and no others`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let (held, report) = (ReportID.random(), ReportID.random())
        try await gateway.create(held)
        try await gateway.push(to: central)
        try await gateway.create(report)
        try await gateway.create()
        try await gateway.edit(report, text: "worse")
        #expect(try await gateway.urgentSeqs().isEmpty)
        for report in [report, held] {
            _ = try await gateway.journal.append(
                Samples.draft(.edit, report, change: Change(fields: [.priority: .urgent])))
        }
        try await gateway.edit(report, text: "worst")
        #expect(try await gateway.urgentSeqs() == [2, 4, 5, 6, 7])
        try gateway.interrupted { _ in }
        #expect(try await gateway.urgentSeqs() == [2, 4, 5, 6, 7])
        let run = try await gateway.journal.urgent(after: 0, limit: RunLimit(entries: 2))
        #expect(run.entries.map(\.dot.seq) == [2, 4] && run.upTo == 2 && !run.isLast)

        try await gateway.sendEarly(to: central)
        #expect(try await central.text(of: report) == "worst")
        #expect(try await central.journal.report(report)?.gaps == [])
        try await gateway.push(to: central)
        #expect(try await gateway.urgentSeqs().isEmpty)
        #expect(try await central.journal.digest() == gateway.journal.digest())
    }

    @Test func `people at central and other gateways work with an early report, and nothing conflicts`() async throws {
        let (north, south, central) = (try Station(1), try Station(2), try Station(9, .central))
        for gateway in [north, south] { try await gateway.push(to: central) }
        for gateway in [north, south] { try await central.journal.register(gateway.id, name: "g", grids: ["S1"]) }
        try await north.create()
        let report = ReportID.random()
        let change = Change(fields: [.text: .text("fire"), .priority: .urgent, .grid: .text("S1")])
        _ = try await north.journal.append(Samples.draft(.create, report, change: change))
        try await north.sendEarly(to: central)
        try await south.follow(central)
        #expect(try await south.text(of: report) == "fire")
        try await south.edit(report, text: "seen in the south")
        try await south.push(to: central)
        try await central.edit(report, text: "answered")
        try await north.push(to: central)
        for gateway in [north, south] { try await gateway.follow(central) }
        for node in [north, south, central] {
            #expect(try await node.text(of: report) == "answered")
            #expect(try await node.journal.report(report)?.fields[.text]?.isConflict == false)
            #expect(try await node.journal.statistics().orphans == 0)
        }
        #expect(try await central.journal.incidents().isEmpty)
        for gateway in [north, south] {
            #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
        }
    }

    @Test func `an urgent edit of a report that central made goes ahead, and its claim counts`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.push(to: central)
        try await central.journal.register(gateway.id, name: "g", grids: ["S1"])
        let report = ReportID.random()
        let change = Change(fields: [.text: .text("fire"), .priority: .urgent, .grid: .text("S1")])
        _ = try await central.journal.append(Samples.draft(.create, report, change: change))
        try await gateway.follow(central)
        let edit = try await gateway.edit(report, text: "seen here").entry
        #expect(edit.context.pairs.map(\.origin) == [central.journal.origin])
        try await gateway.sendEarly(to: central)
        for isInChain in [false, true] {
            if isInChain { try await gateway.push(to: central) }
            #expect(try await central.text(of: report) == "seen here")
            #expect(try await central.journal.report(report)?.fields[.text]?.isConflict == false)
        }
        #expect(try await central.journal.incidents().isEmpty)
    }

    @Test func `a false claim stays cut when its entry is written again`() async throws {
        let (north, central) = (try Station(1), try Station(9, .central))
        let report = ReportID.random()
        try await north.create(report, text: "one")
        try await north.push(to: central)
        let (liar, start) = (Samples.origin(5), Chain.start(of: Samples.origin(5)))
        let context = VersionVector([(north.journal.origin, UInt64(2))])
        let lie = Samples.sealed(Dot(liar, 2), report: report, text: "a lie", context: context)
        #expect(
            try await central.take(EarlyEntry(dot: lie.dot, bytes: lie.bytes), from: liar.node) != nil)
        #expect(try await central.journal.incidents().count == 1)
        // The chain brings another entry to its place.
        let others = (1...2).map { Samples.sealed(Dot(liar, UInt64($0)), report: .random(), text: "other") }
        _ = try await central.journal.ingest(others, of: liar, after: start)
        try await north.edit(report, text: "two")
        try await north.push(to: central)
        let shown = try #require(try await central.journal.report(report))
        let texts = shown.fields[.text]?.siblings.map(\.value)
        #expect(texts?.contains(.text("two")) == true, "the lie hides nothing")
    }

    @Test func `who claims to have seen more than came early is cut`() async throws {
        let (north, central) = (try Station(1), try Station(9, .central))
        try await north.push(to: central)
        let report = ReportID.random()
        try await north.create(report, urgent: true)
        try await north.edit(report, text: "urgent too")
        let run = try await north.journal.urgent(after: 0, limit: RunLimit())
        let first = try #require(run.entries.first)
        #expect(try await central.take(first, from: north.id) != nil)
        let liar = Samples.origin(5)
        let context = VersionVector([(north.journal.origin, UInt64(2))])
        let lie = Samples.sealed(Dot(liar, 1), report: report, text: "a lie", context: context)
        _ = try await central.journal.ingest([lie], of: liar, after: Chain.start(of: liar))
        #expect(try await central.journal.incidents().count == 1)
        try await north.push(to: central)
        let shown = try #require(try await central.journal.report(report))
        #expect(shown.fields[.text]?.siblings.count == 2, "the lie hides nothing")
    }

    @Test func `another entry in the chain takes the place, and the early one is kept under its id`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        let card = gateway.disk.snapshot()
        let (urgent, later) = (ReportID.random(), ReportID.random())
        let lost = try await gateway.create(urgent, text: "fire", urgent: true).entry
        try await gateway.sendEarly(to: central)
        try gateway.interrupted { $0.restore(card) }
        let second = try await gateway.create(later, text: "later", urgent: true).entry
        #expect(second.dot == lost.dot)
        await #expect(throws: JournalError.self) { try await gateway.sendEarly(to: central) }

        // The gateway does not look at what central holds early.
        try await gateway.push(to: central)
        for (report, text) in [(urgent, "fire"), (later, "later")] {
            #expect(try await central.text(of: report) == text)
            #expect(try await central.journal.report(report)?.history.count == 1)
        }
        let kept = try #require(try await central.journal.report(urgent)?.history.first)
        #expect(kept.id == lost.id && kept.dot.origin == central.journal.origin)
        #expect(try await central.journal.statistics().early == 0)
        try await gateway.follow(central)
        #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
    }

    @Test(arguments: [true, false])
    func `a gateway put back from a copy learns it from an early entry, and gets that back`(
        isWrittenTo: Bool
    ) async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        let card = gateway.disk.snapshot()
        try await gateway.create()
        let urgent = ReportID.random()
        try await gateway.create(urgent, text: "fire", urgent: true)
        try await gateway.sendEarly(to: central)
        try gateway.interrupted { $0.restore(card) }
        let later = ReportID.random()
        if isWrittenTo { for report in [ReportID.random(), later] { try await gateway.create(report, text: "later") } }

        let told = try await central.journal.register(try await gateway.hello(), stamp: .unknown).early
        let known = try #require(told.first?.entry)
        let cause = try #require(try await gateway.journal.compare(early: known))
        let old = gateway.journal.origin
        try await gateway.journal.begin(IncarnationStart(cause, stamp: .unknown))
        #expect(gateway.journal.predecessor == old.incarnation)
        #expect(try await gateway.journal.compare(early: known) == nil, "an earlier incarnation begins nothing")

        for _ in 0..<2 {
            try await gateway.push(to: central)
            try await gateway.follow(central)
        }
        for node in [gateway, central] {
            #expect(try await node.text(of: urgent) == "fire")
            #expect(try await node.journal.report(urgent)?.history.count == 1)
            if isWrittenTo { #expect(try await node.text(of: later) == "later") }
        }
        #expect(try await central.journal.statistics().early == 0)
        #expect(try await gateway.journal.digest() == central.journal.digest(scope: gateway.id))
    }

    @Test func `a gateway that holds what central holds early begins nothing`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        try await gateway.create(urgent: true)
        let durable = try #require(try await gateway.sendEarly(to: central).first)
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).early == [durable])
        #expect(try await gateway.journal.compare(early: durable.entry) == nil)
    }

    @Test func `a restored central node gets the entry again`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.push(to: central)
        let report = ReportID.random()
        try await gateway.create()
        try await gateway.create(report, text: "fire", urgent: true)
        let card = central.disk.snapshot()
        try await gateway.sendEarly(to: central)
        try central.interrupted { $0.restore(card) }
        #expect(try await central.text(of: report) == nil)
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).early.isEmpty)
        try await gateway.sendEarly(to: central)
        #expect(try await central.text(of: report) == "fire")
    }

    @Test func `a repaired gateway gets back what only central held early`() async throws {
        let (gateway, central) = (try TestNode(1), try TestNode(9, .central))
        try await gateway.create()
        try await gateway.create()
        let urgent = Samples.draft(.create, .random(), change: Change(fields: [.priority: .urgent]))
        let made = try await gateway.journal.append(urgent).entry
        let first = try #require(try await gateway.journal.urgent(after: 0, limit: RunLimit()).entries.first)
        let sealed = EntryCodec().open(first.bytes, at: first.dot)
        _ = try #require(try await central.journal.takeEarly(sealed, from: gateway.id))
        try gateway.tamper { db in
            for seq in [2, 3] as [Int64] {
                try db.execute(
                    sql: """
                        UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place & 1099511627775 = ?
                        """, arguments: [seq])
            }
        }
        try gateway.journal.close()
        let rebuilt = try Journal.rebuild(directory: gateway.directory, node: gateway.id, codec: EntryCodec())
        #expect((rebuilt.kept, rebuilt.moved) == (1, 0))
        try gateway.reopen()
        #expect(try await gateway.journal.report(made.report) == nil)

        let (heads, receipts) = try await gateway.journal.greeting()
        let hello = Hello(
            node: gateway.id, role: .gateway, name: "g", incarnation: gateway.journal.origin.incarnation,
            predecessor: gateway.journal.predecessor, boot: BootID(1),
            clock: ClockReading(wallMilliseconds: 0, quality: .unknown), linkClass: "", frameBytes: 0,
            dictionaries: [], heads: heads, receipts: receipts, grids: [])
        #expect(try await central.journal.register(hello, stamp: .unknown).early.isEmpty)
        try await central.pull(from: gateway)
        try await gateway.follow(central)
        #expect(try await gateway.journal.report(made.report)?.history.map(\.id) == [made.id])
        #expect(try await gateway.journal.digest() == central.journal.digest())
        #expect(try await central.journal.statistics().early == 0)
    }

    @Test func `an early entry survives a repair of central, and the chain comes to it`() async throws {
        let (gateway, central) = (try Station(1), try TestNode(9, .central))
        try await gateway.create()
        let made = try await gateway.create(urgent: true).entry
        let first = try #require(try await gateway.journal.urgent(after: 0, limit: RunLimit()).entries.first)
        let sealed = EntryCodec().open(first.bytes, at: first.dot)
        let durable = try #require(try await central.journal.takeEarly(sealed, from: gateway.id))
        try central.journal.close()
        _ = try Journal.rebuild(directory: central.directory, node: central.id, codec: EntryCodec())
        try central.reopen()
        #expect(try await central.journal.report(made.report)?.history.map(\.dot) == [made.dot])
        #expect(try await central.journal.takeEarly(sealed, from: gateway.id) == durable)
        let run = try #require(try await gateway.journal.run(of: gateway.journal.origin, after: 0))
        let ingested = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
        #expect((ingested.added, ingested.repeated) == (1, 1))
        #expect(try await central.journal.report(made.report)?.history.count == 1)
    }

    @Test func `a receipt for an early entry lets a gateway prune nothing`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.push(to: central)
        _ = try await gateway.compare(with: central)
        try await gateway.create()
        let report = try await gateway.create(urgent: true).entry.report
        let durable = try #require(try await gateway.sendEarly(to: central).first)
        #expect(try await gateway.journal.compare(early: durable.entry) == nil)
        for _ in 1...3 {
            _ = try await gateway.compare(with: central)
            try await gateway.journal.rest(for: 10, with: central.journal.origin, keeping: 1)
        }
        let step = try await gateway.journal.prune(keeping: 1, with: central.journal.origin)
        #expect(step.reports == 0)
        #expect(try await !gateway.journal.isPruned(report))
        #expect(try await gateway.urgentSeqs() == [2])
    }

    @Test func `central takes no more than it has room for, and only what it can merge`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let origin = gateway.journal.origin
        for seq in 1...UInt64(Limits.earlyEntries + 1) {
            let entry = Samples.sealed(Dot(origin, seq * 3), report: .random(), text: "urgent")
            let durable = try await central.journal.takeEarly(entry, from: gateway.id)
            #expect((durable != nil) == (seq <= Limits.earlyEntries))
        }
        #expect(try await central.journal.statistics().early == Limits.earlyEntries)

        let other = Origin(node: gateway.id, incarnation: Incarnation(77))
        let note = Note(text: String(repeating: "x", count: Limits.earlyEntryBytes / 2))
        let entry = Entry(
            id: .random(), dot: Dot(other, 1), report: .random(), previousSeq: 0, context: VersionVector(), depth: 1,
            author: "peer", stamp: Samples.stamp, change: Change(notes: [note, note]))
        let long = EntryCodec().open(EntryCodec().encode(entry), at: entry.dot)
        #expect(long.entry != nil)
        let unread = EntryCodec().open([1, 2, 3], at: Dot(other, 1))
        let foreign = Samples.sealed(Dot(Samples.origin(5), 1))
        for entry in [long, unread, foreign] {
            #expect(try await central.journal.takeEarly(entry, from: gateway.id) == nil)
        }
        #expect(try await central.journal.heads(of: gateway.id).allSatisfy { $0.seq == 0 })
    }
}

extension Station {
    /// Sends all urgent entries ahead. Returns the proofs of those that central took.
    @discardableResult
    fileprivate func sendEarly(to central: Station) async throws -> [DurableEntry] {
        var taken: [DurableEntry] = []
        for entry in try await journal.urgent(after: 0, limit: RunLimit()).entries {
            if let durable = try await central.take(entry, from: id) { taken.append(durable) }
        }
        return taken
    }

    fileprivate func take(_ entry: EarlyEntry, from gateway: NodeID) async throws -> DurableEntry? {
        try await journal.takeEarly(EntryCodec().open(entry.bytes, at: entry.dot), from: gateway)
    }

    fileprivate func urgentSeqs() async throws -> [UInt64] {
        try await journal.urgent(after: 0, limit: RunLimit()).entries.map(\.dot.seq)
    }
}
