import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Foundation
import GRDB
import Testing

struct RunTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    @Test func `runs end at the limit of entries and join without a gap`() async throws {
        for _ in 0..<10 { try await node.create() }
        var seq: UInt64 = 0
        var chain = Chain.start(of: node.journal.origin)
        var lengths: [Int] = []
        while let run = try await node.journal.run(of: node.journal.origin, after: seq, limit: RunLimit(entries: 4)) {
            #expect(run.firstSeq == seq + 1)
            #expect(run.chainBefore == chain)
            chain = run.sealed.reduce(chain) { Chain.link($0, $1.hash) }
            #expect(run.chainAfter == chain)
            #expect(try await node.journal.chain(of: run.origin, at: run.lastSeq) == chain)
            lengths.append(run.entries.count)
            seq = run.lastSeq
        }
        #expect(lengths == [4, 4, 2])
    }

    @Test func `runs end at the limit of bytes, but hold at least one entry`() async throws {
        for _ in 0..<3 { try await node.create(text: String(repeating: "x", count: 1000)) }
        let origin = node.journal.origin
        #expect(try await node.journal.run(of: origin, after: 0, limit: RunLimit(bytes: 2900))?.entries.count == 2)
        #expect(try await node.journal.run(of: origin, after: 0, limit: RunLimit(bytes: 1))?.entries.count == 1)
    }

    @Test(arguments: [1, 2, Limits.seq, Limits.seq + 1, UInt64.max])
    func `beyond the head there is nothing`(seq: UInt64) async throws {
        try await node.create()
        #expect(try await node.journal.run(of: node.journal.origin, after: seq) == nil)
        #expect(try await node.journal.run(of: Samples.origin(7), after: seq) == nil)
        if seq > 1 { #expect(try await node.journal.chain(of: node.journal.origin, at: seq) == nil) }
    }

    @Test func `a damaged entry is sent by its hash alone`() async throws {
        for number in 1...3 { try await node.create(ReportID(UInt128(number))) }
        try node.flip(seq: 3)
        let run = try #require(try await node.journal.run(of: node.journal.origin, after: 0))
        #expect(run.lastSeq == 3 && run.corrupt == [3])
        #expect(run.sealed.map(\.isWithheld) == [false, false, true])
        #expect(try await run.chainAfter == node.journal.chain(of: node.journal.origin, at: 3))
        // Reading a damaged entry does not stop the journal.
        try await node.create(ReportID(4))
    }

    @Test func `a damaged entry counts as missing in its report, whose version then stops before it`() async throws {
        let made = try await node.create(ReportID(1), text: "sound")
        try await node.edit(ReportID(1), text: "corrupt")
        try await node.edit(ReportID(1), text: "after")
        try node.flip(seq: 2)
        let report = try #require(try await node.journal.report(ReportID(1)))
        #expect(report.gaps == [node.journal.origin])
        #expect(report.version == made.version)
        #expect(report.history.count == 2)
        // The next edit claims no more than that, so it replaces nothing that its author could not see.
        let edit = try await node.edit(ReportID(1), text: "later")
        #expect(edit.entry.context == made.version.context)
    }

    @Test func `a damaged entry that arrives again is stored and added to the feed`() async throws {
        let central = try TestNode(9, .central)
        try await node.create(ReportID(1), grid: "G1")
        try await central.pull(from: node)
        let whole = try await central.journal.digest()
        try central.flip(seq: 1)
        try await central.journal.register(NodeID(publicKey: [5]), name: "north", grids: ["G1"])
        #expect(try await central.journal.report(ReportID(1)) == nil)

        let run = try #require(try await node.journal.run(of: node.journal.origin, after: 0))
        let repair = try await central.journal.ingest(run.sealed, of: run.origin, after: run.chainBefore)
        #expect((repair.added, repair.repeated) == (1, 0))
        #expect(try await central.journal.report(ReportID(1))?.text(of: .grid) == "G1")
        #expect(try await central.journal.digest() == whole)
        let feed = try #require(try await central.journal.feed(of: NodeID(publicKey: [5]), after: 0))
        #expect(Set(feed.entries.map(PackedEntry.bytes)) == Set(run.entries))
    }
}

extension TestNode {
    /// Flips one bit in the middle of an entry's stored bytes, as a bad card does.
    func flip(seq: Int) throws {
        try tamper { db in
            var bytes = try #require(
                try Data.fetchOne(db, sql: "SELECT bytes FROM entries WHERE place & 0xFFFFFFFFFF = ?", arguments: [seq])
            )
            bytes[bytes.count / 2] ^= 0x10
            try db.execute(
                sql: "UPDATE entries SET bytes = ? WHERE place & 0xFFFFFFFFFF = ?", arguments: [bytes, seq])
        }
    }
}
