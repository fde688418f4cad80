import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Pruning together with restores, corruption, repairs and full disks.
struct RetentionRecoveryTests {
    let (gateway, central): (Station, Station)

    init() throws { (gateway, central) = (try Station(1), try Station(9, .central)) }

    private func work(_ journal: Journal, _ sql: String, _ arguments: StatementArguments = []) async throws {
        try await journal.pool.write { db in try db.execute(sql: sql, arguments: arguments) }
    }

    /// A repair could find the bodies in freed space, so this removes them there.
    private func forgetOldPages(of node: TestNode) throws {
        try node.journal.close()
        let file = try DatabaseQueue(path: node.journal.path)
        try file.vacuum()
        try file.close()
    }

    @Test func `central restored from a recent copy gets back all that it lost`() async throws {
        try await gateway.create()
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let copy = central.disk.snapshot()
        let report = try await gateway.create(text: "of today").entry.report
        try await gateway.sync(with: central)
        try await gateway.rest(for: 999, with: central)
        try central.interrupted { $0.restore(copy) }
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).hasBegun)
        // Nothing more is pruned for a whole age from here.
        try await gateway.sync(with: central)
        try await gateway.rest(for: 999, with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        #expect(try await central.text(of: report) == "of today")
        #expect(try await central.journal.digest() == gateway.journal.digest())
        #expect(try await central.journal.statistics().corrupt == 0)
    }

    @Test func `central restored from a copy older than the retention reports the loss once, and goes on`()
        async throws
    {
        try await gateway.create()
        try await gateway.sync(with: central)
        let copy = central.disk.snapshot()
        let lost = try await (0..<3).asyncMap { _ in try await gateway.create().entry.report }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let kept = try await gateway.create(text: "kept").entry.report
        try central.interrupted { $0.restore(copy) }
        #expect(try await central.journal.register(try await gateway.hello(), stamp: .unknown).hasBegun)
        try await gateway.sync(with: central)
        #expect(try await central.text(of: kept) == "kept")
        #expect(try await central.journal.heads(of: gateway.id).map(\.seq) == [5])
        for report in lost { #expect(try await central.journal.report(report) == nil) }
        #expect(try await central.journal.incidents().count == 1)
        #expect(try await central.journal.quarantine().map(\.dot.seq) == [2, 3, 4])
        #expect(try await central.journal.statistics().corrupt == 3)
        // A gateway that keeps less than it claims has nothing more to give, and both chains agree.
        let range = try #require(try await central.journal.missing().first)
        #expect(try await central.fetch(range, from: gateway) == 0)
        #expect(try await gateway.compare(with: central).divergences.isEmpty)
    }

    @Test func `a gateway restored from an earlier copy loses nothing by having pruned`() async throws {
        let first = try await gateway.create().entry.report
        try await gateway.sync(with: central)
        let copy = gateway.disk.snapshot()
        try await gateway.create()
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        try gateway.interrupted { $0.restore(copy) }
        let digest = try await central.journal.digest()
        let divergence = try #require(try await gateway.compare(with: central).divergences.first)
        try await gateway.journal.begin(
            IncarnationStart(.rewound(divergence.origin, held: divergence.held, peer: divergence.peer), stamp: .unknown)
        )
        try await gateway.sync(with: central)
        let range = Fetch.Range.run(divergence.origin, first: divergence.held + 1, last: divergence.peer)
        #expect(try await gateway.fetch(range, from: central) == 1)
        #expect(try await gateway.journal.report(first) != nil)
        #expect(try await gateway.journal.digest() == digest)
        try await gateway.pruneAll(with: central)
        #expect(try await gateway.journal.digest() == digest)
        #expect(try await gateway.journal.isPruned(first))
    }

    @Test(arguments: ["hash", "chain"])
    func `a corrupt hash or chain value of a pruned entry is repaired, its neighbors stay`(column: String)
        async throws
    {
        for _ in 0..<5 { try await gateway.create() }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        try await gateway.create()
        let chains = try gateway.journal.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT place, hash, chain, bytes FROM entries ORDER BY place")
        }
        try await work(
            gateway.journal,
            "UPDATE entries SET \(column) = zeroblob(32) WHERE place & 1099511627775 IN (2, 5)")
        try await gateway.scrub()
        for range in try await gateway.journal.missing() { _ = try await gateway.fetch(range, from: central) }
        #expect(try await gateway.scrub().corrupt == 0)
        let (own, head) = (gateway.journal.origin, try await gateway.journal.head())
        let run = try #require(try await gateway.journal.run(of: own, after: 0))
        #expect((run.lastSeq, run.chainAfter) == (6, head.chain))
        let mended = try gateway.journal.pool.read { db in
            try Row.fetchAll(db, sql: "SELECT place, hash, chain FROM entries ORDER BY place")
        }
        #expect(mended.map { $0.blob("hash") } == chains.map { $0.blob("hash") })
        #expect(mended.map { $0.blob("chain") } == chains.map { $0.blob("chain") })
        try await gateway.sync(with: central)
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `corruption is distinguished from pruning`() async throws {
        let report = try await gateway.create().entry.report
        try await gateway.sync(with: central)
        try await work(gateway.journal, "UPDATE entries SET bytes = x''")
        #expect(try await gateway.scrub().corrupt == 1)
        #expect(try await gateway.journal.statistics().corrupt == 1)
        for range in try await gateway.journal.missing() { _ = try await gateway.fetch(range, from: central) }
        #expect(try await gateway.text(of: report) == "made")
    }

    @Test func `a damaged running time starts again, and keeps everything longer`() async throws {
        try await gateway.create()
        try await gateway.sync(with: central)
        try await gateway.age(with: central)
        try await work(gateway.journal, "UPDATE retention SET running_time = running_time | (1 << 60)")
        try gateway.interrupted { $0.kill() }
        try await gateway.sync(with: central)
        try await gateway.rest(with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.rest(for: 999, with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.rest(for: 1, with: central)
        #expect(try await gateway.prune(with: central).reports == 1)
    }

    @Test func `pages that pruning frees are used again, and count as room for reports`() async throws {
        let text = String(repeating: "x", count: 20_000)
        for _ in 0..<40 { try await gateway.create(text: text) }
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let freed = try await gateway.journal.statistics().retention.reusableBytes
        #expect(freed > 600_000)
        let pages = try await gateway.journal.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") }
        for _ in 0..<30 { try await gateway.create(text: text) }
        #expect(try await gateway.journal.pool.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } == pages)
        let mebibyte = 1 << 20
        #expect(DiskStage(freeBytes: 20 * mebibyte) == .peersWait)
        #expect(DiskStage(freeBytes: 20 * mebibyte, reusableBytes: 50 * mebibyte) == .photosRefused)
        // The log needs room of its own.
        #expect(DiskStage(freeBytes: 15 * mebibyte, reusableBytes: 500 * mebibyte) == .urgentRefused)
        #expect(
            DiskStage(freeBytes: 1 * mebibyte, reusableBytes: 500 * mebibyte, logBytes: 16 * mebibyte) == .photosRefused
        )
        #expect(DiskStage(freeBytes: 15 * mebibyte, reusableBytes: 0, logBytes: 16 * mebibyte) == .urgentRefused)
        #expect(DiskStage(freeBytes: nil, reusableBytes: 500 * mebibyte) == .ample)
    }

    @Test func `a repair keeps pruned entries in their places, and fetches them`() async throws {
        let node = try TestNode(1)
        let central = try TestNode(9, .central)
        for _ in 0..<5 { try await node.create() }
        try await central.pull(from: node)
        let origin = node.journal.origin
        let incarnation = central.journal.origin
        _ = try await node.journal.compare(try await central.journal.heads(of: node.id), with: incarnation)
        try await node.journal.rest(for: 0, with: incarnation, keeping: 1)
        try await node.journal.rest(for: 1, with: incarnation, keeping: 1)
        #expect(try await node.journal.prune(keeping: 1, with: incarnation).reports == 5)
        try await node.create(text: "after")
        let digest = try await node.journal.digest()
        try forgetOldPages(of: node)

        let rebuilt = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        #expect((rebuilt.kept, rebuilt.moved, rebuilt.findings.corrupt) == (6, 0, 0))
        try node.reopen()
        let range = try #require(try await node.journal.missing().first)
        #expect(range == .run(origin, first: 1, last: 5))
        let run = try await central.journal.fetch(range)
        let entries = run.entries.compactMap { packed -> SealedEntry? in
            guard case .bytes(let bytes) = packed else { return nil }
            return EntryCodec().dot(of: bytes).map { EntryCodec().open(bytes, at: $0) }
        }
        #expect(try await node.journal.restore(entries, asked: range, from: central.id).added == 5)
        #expect(try await node.journal.digest() == digest)
        try await central.pull(from: node)
        #expect(try await central.journal.digest() == digest)
    }

    @Test func `a repair rejects an entry without bytes that the chain does not prove`() async throws {
        let node = try TestNode(1)
        for _ in 0..<4 { try await node.create() }
        try await work(node.journal, "UPDATE entries SET bytes = x'' WHERE place & 1099511627775 < 3")
        try await work(node.journal, "UPDATE entries SET hash = zeroblob(32) WHERE place & 1099511627775 = 2")
        try forgetOldPages(of: node)
        let rebuilt = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        #expect((rebuilt.kept, rebuilt.moved) == (1, 2))
    }
}

extension Sequence {
    /// One after the other.
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
