import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Testing

/// What a gateway prunes, and what it still knows of it.
struct RetentionTests {
    private static let age: UInt64 = 1000

    let (gateway, central): (Station, Station)

    init() throws { (gateway, central) = (try Station(1), try Station(9, .central)) }

    @Test func `a report is pruned when central has held all of it for the age, and not before`() async throws {
        let report = try await gateway.create(text: "old").entry.report
        try await gateway.sync(with: central)
        try await gateway.rest(with: central)
        try await gateway.rest(for: Self.age - 1, with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.rest(for: 1, with: central)
        let step = try await gateway.prune(with: central)
        #expect((step.reports, step.entries, step.isLast) == (1, 1, true))
        #expect(step.bytes > 0)
        #expect(try await gateway.journal.report(report) == nil)
        #expect(try await gateway.journal.isPruned(report))
        #expect(try await gateway.journal.reports(ReportQuery()).reports.isEmpty)
        let statistics = try await gateway.journal.statistics()
        #expect((statistics.retention.prunedReports, statistics.retention.prunedEntries) == (1, 1))
        #expect((statistics.quarantined, statistics.corrupt, statistics.reports) == (0, 0, 1))
        #expect(try await central.text(of: report) == "old")
        #expect(try await central.journal.isPruned(report) == false)
    }

    @Test func `a report stays while central lacks an entry of it`() async throws {
        let half = try await gateway.create().entry.report
        let done = try await gateway.create().entry.report
        try await gateway.sync(with: central)
        try await gateway.edit(half, text: "not sent yet")
        let unsent = try await gateway.create().entry.report
        try await gateway.age(with: central)
        try await gateway.age(with: central)
        #expect(try await gateway.prune(with: central).reports == 1)
        #expect(try await gateway.text(of: half) == "not sent yet")
        #expect(try await gateway.text(of: unsent) == "made")
        #expect(try await gateway.journal.isPruned(done))
        // Its age begins with the receipt.
        try await gateway.sync(with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.age(with: central)
        #expect(try await gateway.prune(with: central).reports == 2)
    }

    @Test func `nothing is pruned without central, or for an age after its new incarnation`() async throws {
        try await gateway.create()
        try await gateway.sync(with: central)
        try await gateway.age(with: central)
        try await gateway.journal.rest(for: 100 * Self.age, with: nil, keeping: Self.age)
        let other = Samples.origin(77)
        #expect(try await gateway.journal.prune(keeping: Self.age, with: other).reports == 0)
        try await central.journal.begin(IncarnationStart(.centralRestored(gateway: gateway.id), stamp: .unknown))
        #expect(
            try await gateway.prune(with: central).reports == 0, "the heads were not compared with this incarnation")
        try await gateway.sync(with: central)
        try await gateway.rest(with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.rest(for: Self.age, with: central)
        #expect(try await gateway.prune(with: central).reports == 1)
    }

    @Test func `the chain of pruned entries verifies, and fetches and resyncs get hashes`() async throws {
        for _ in 0..<3 { try await gateway.create() }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let last = try await gateway.create(text: "after").entry
        let run = try #require(try await gateway.journal.run(of: gateway.journal.origin, after: 0))
        #expect(run.sealed.map(\.isWithheld) == [true, true, true, false])
        #expect(run.corrupt.isEmpty)
        #expect(Samples.chain(of: run.origin, run.sealed) == run.chainAfter)
        let fetched = try await gateway.journal.fetch(.run(run.origin, first: 1, last: 4))
        #expect(fetched.isLast && fetched.upTo == last.dot)
        #expect(
            fetched.entries.map { entry in if case .withheld = entry { true } else { false } }
                == [true, true, true, false])
        // A resync only adds: central keeps what it has.
        let ingested = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
        #expect((ingested.added, ingested.repeated) == (1, 3))
        #expect(try await central.journal.statistics().quarantined == 0)
        #expect(try await central.journal.digest() == gateway.journal.digest())
    }

    @Test func `pruned entries count for this node's share of a report`() async throws {
        let report = try await gateway.create().entry.report
        for number in 0..<30 { try await fill(report, number) }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        var added = 0
        do throws(JournalError) {
            while added < 30 {
                try await fill(report, added)
                added += 1
            }
        } catch {
            #expect(error == .reportFull(report))
        }
        #expect((1...10).contains(added))
        // When it is back, it counts as before.
        try await gateway.sync(with: central)
        for case .run(let origin, let first, let last) in try await gateway.journal.missing() {
            for seq in first...last { _ = try await gateway.fetch(.run(origin, first: seq, last: seq), from: central) }
        }
        #expect(try await gateway.journal.report(report)?.gaps.isEmpty == true)
        await #expect(throws: JournalError.reportFull(report)) {
            try await fill(report, 1)
            try await fill(report, 2)
        }
        try await gateway.sync(with: central)
        #expect(try await central.journal.quarantine().isEmpty)
        #expect(try await central.journal.digest() == gateway.journal.digest())
    }

    /// Adds a quarter of a MiB.
    private func fill(_ report: ReportID, _ number: Int) async throws(JournalError) {
        let text = "\(number) " + String(repeating: "长", count: 8_000)
        let change = Change(notes: (0..<10).map { Note(text: "\($0) " + text) })
        _ = try await gateway.journal.append(Samples.draft(.edit, report, change: change))
    }

    @Test func `the scrub accepts pruned entries, and asks no peer for them`() async throws {
        let report = try await gateway.create().entry.report
        try await gateway.edit(report, text: "again")
        try await gateway.sync(with: central)
        let digest = try await gateway.journal.digest()
        try await gateway.pruneAll(with: central)
        try gateway.interrupted { $0.kill() }
        let step = try await gateway.scrub()
        #expect((step.corrupt, step.repaired) == (0, 0))
        #expect(try await gateway.journal.missing().isEmpty)
        #expect(try await gateway.compare(with: central).missing.isEmpty)
        #expect(try await gateway.journal.digest() == digest)
        #expect(try await central.journal.digest() == digest)
        #expect(try await gateway.journal.isPruned(report))
    }

    @Test func `a pruned change is recognized when a terminal sends it again`() async throws {
        let first = try await gateway.create()
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let (id, report) = (first.entry.id, first.entry.report)
        await #expect(throws: JournalError.pruned(report)) {
            try await gateway.journal.append(Samples.draft(.create, report, id: id))
        }
        await #expect(throws: JournalError.keyReused(id)) {
            try await gateway.journal.append(Samples.draft(.create, .random(), id: id))
        }
        await #expect(throws: JournalError.reportExists(report)) {
            try await gateway.journal.append(Samples.draft(.create, report))
        }
        #expect(try await gateway.journal.head().seq == 1)
    }

    // MARK: Late edits

    @Test func `an edit from central rehydrates a pruned report, which is pruned again an age later`() async throws {
        let report = try await gateway.create(text: "first").entry.report
        try await gateway.edit(report, text: "second")
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        try await central.edit(report, text: "from central")
        let calls = gateway.journal.rehydrations
        try await gateway.follow(central)
        #expect(gateway.journal.rehydrations == calls + 1)
        #expect(
            try await gateway.journal.report(report)?.gaps.isEmpty == true, "of central's own entries none is missing")
        let statistics = try await gateway.journal.statistics()
        #expect((statistics.corrupt, statistics.quarantined, statistics.retention.rehydrating) == (0, 0, 2))
        let missing = try await gateway.journal.missing()
        #expect(missing == [.run(gateway.journal.origin, first: 1, last: 2)])
        #expect(try await gateway.fetch(missing[0], from: central) == 2)
        #expect(try await gateway.journal.report(report)?.history.count == 3)
        #expect(try await gateway.journal.digest() == central.journal.digest())
        #expect(try await gateway.journal.statistics().retention.rehydrating == 0)
        try await gateway.pruneAll(with: central)
        #expect(try await gateway.journal.isPruned(report))
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `an edit made here on a pruned report follows what its author saw`() async throws {
        let report = try await gateway.create(text: "first").entry.report
        let seen = try await gateway.edit(report, text: "second").version
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let edit = try await gateway.edit(report, text: "third", seen: seen)
        #expect(edit.entry.previousSeq == 2)
        let beside = try await gateway.edit(report, text: "beside")
        #expect(beside.entry.previousSeq == 3 && beside.entry.context.count == 0)
        #expect(try await gateway.journal.statistics().corrupt == 0)
        try await gateway.sync(with: central)
        for range in try await gateway.journal.missing() { _ = try await gateway.fetch(range, from: central) }
        let held = try #require(try await gateway.journal.report(report))
        #expect(held.history.count == 4 && held.gaps.isEmpty)
        #expect(held.fields[.text]?.siblings.map(\.value) == [.text("third"), .text("beside")])
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `others' entries are pruned too, and not stored again when the feed starts over`() async throws {
        let other = try Station(2)
        try await gateway.sync(with: central)
        try await central.journal.register(gateway.id, name: "station", grids: ["N1"])
        let report = try await other.journal.append(
            Samples.draft(.create, .random(), change: Change(fields: [.grid: .text("N1")]))
        ).entry.report
        try await other.push(to: central)
        try await gateway.follow(central)
        #expect(try await gateway.journal.report(report) != nil)
        try await gateway.pruneAll(with: central)
        #expect(try await gateway.journal.isPruned(report))
        #expect(try await gateway.follow(central, from: 0) == 0)
        #expect(try await gateway.journal.isPruned(report))
        #expect(gateway.journal.rehydrations == 0)
    }
}

extension Station {
    /// Sends everything to central, and compares the heads, as at the start of each session.
    func sync(with central: Station) async throws {
        try await push(to: central)
        _ = try await compare(with: central)
    }

    func rest(for milliseconds: UInt64 = 0, with central: Station) async throws {
        try await journal.rest(for: milliseconds, with: central.journal.origin, keeping: 1000)
    }

    /// Runs on, with central connected, for the retention time.
    func age(with central: Station) async throws {
        try await rest(with: central)
        try await rest(for: 1000, with: central)
    }

    func prune(with central: Station) async throws -> PruneStep {
        try await journal.prune(keeping: 1000, with: central.journal.origin)
    }

    /// Prunes everything that central holds.
    func pruneAll(with central: Station) async throws {
        _ = try await compare(with: central)
        try await age(with: central)
        while try await !prune(with: central).isLast {}
    }

    @discardableResult
    func follow(_ central: Station, from start: UInt64? = nil) async throws -> Int {
        var added = 0
        var position = try await journal.feedCursor(of: central.id)?.position ?? 0
        if let start { position = start }
        while let run = try await central.journal.feed(of: id, after: position) {
            position = run.lastPosition
            let cursor = FeedCursor(incarnation: central.journal.origin.incarnation, position: position)
            added += try await journal.absorb(run.sealed, from: central.id, upTo: cursor).added
        }
        return added
    }
}
