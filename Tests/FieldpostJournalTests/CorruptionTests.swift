import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

struct CorruptionTests {
    /// Changes a column of the entry at a seq of the station's own origin.
    private func corruption(_ column: String, at seq: UInt64, of station: Station) throws {
        try damage(
            station, ["UPDATE entries SET \(column) = zeroblob(length(\(column))) WHERE place & 1099511627775 = \(seq)"]
        )
    }

    private func damage(_ station: Station, _ statements: [String]) throws {
        try station.journal.close()
        let queue = try DatabaseQueue(path: station.journal.path)
        try queue.write { db in
            for statement in statements {
                try db.execute(sql: statement)
                #expect(db.changesCount == 1)
            }
        }
        try queue.close()
        try station.reopen()
    }

    @Test func `A corrupt entry is found by the scrub, kept out of the merge, and repaired by a peer`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create(text: "whole").entry.report
        try await gateway.create()
        try await gateway.push(to: central)
        try corruption("bytes", at: 1, of: gateway)
        #expect(try await gateway.scrub().corrupt == 1)
        #expect(try await gateway.journal.statistics().corrupt == 1)
        #expect(try await gateway.text(of: report) == nil)
        let range = try #require(try await gateway.compare(with: central).missing.first)
        #expect(range == .run(gateway.journal.origin, first: 1, last: 1))
        #expect(try await gateway.fetch(range, from: central) == 1)
        #expect(try await gateway.text(of: report) == "whole")
        #expect(try await gateway.journal.statistics().corrupt == 0)
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `A corrupt unsent entry is sent by its hash, and sync continues past it`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<3 { try await gateway.create() }
        let last = try await gateway.create(text: "after the corruption").entry.report
        try corruption("bytes", at: 2, of: gateway)
        try await gateway.push(to: central)
        #expect(try await central.text(of: last) == "after the corruption")
        #expect(try await central.journal.heads(of: gateway.id).first?.seq == 4)
        #expect(try await central.journal.quarantine().map(\.dot.seq) == [2])
        #expect(try await gateway.journal.head().chain == central.journal.heads(of: gateway.id).first?.chain)
    }

    @Test func `An entry that is corrupt at central is fetched again, and sync continues past it`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        try await gateway.create()
        let card = gateway.disk.snapshot()
        try await gateway.create(text: "becomes corrupt")
        let last = try await gateway.create(text: "after the corruption").entry.report
        try await gateway.push(to: central)
        try corruption("bytes", at: 2, of: central)
        #expect(try await central.scrub().corrupt == 1)
        try gateway.interrupted { $0.restore(card) }
        let old = gateway.journal.origin
        try await gateway.journal.begin(IncarnationStart(.rewound(old, held: 1, peer: 3), stamp: .unknown))
        #expect(try await gateway.fetch(.run(old, first: 2, last: 3), from: central) == 2)
        #expect(try await gateway.text(of: last) == "after the corruption")
        #expect(try await gateway.journal.missing() == [.run(old, first: 2, last: 2)])
        try await gateway.push(to: central)
        #expect(try await gateway.journal.heads(of: gateway.id) == central.journal.heads(of: gateway.id))
    }

    @Test func `Fetched entries come without gaps, so that bytes without a dot have a place too`()
        async throws
    {
        let central = try Station(9, .central)
        let origin = Samples.origin(5)
        let poison = EntryCodec().open([0xFF, 0xFF], at: Dot(origin, 2))
        let first = Samples.sealed(Dot(origin, 1))
        _ = try await central.journal.ingest([first, poison], of: origin, after: Chain.start(of: origin))
        let sparse = Samples.sealed(Dot(origin, 4))
        try await central.gather([sparse], provedTo: NodeID(publicKey: [1]))

        let start = try await central.journal.fetch(.run(origin, first: 1, last: 5))
        #expect(start.entries == [.bytes(first.bytes), .bytes(poison.bytes)])
        #expect(start.upTo == Dot(origin, 2) && !start.isLast)
        let gap = try await central.journal.fetch(.run(origin, first: 3, last: 5))
        #expect(gap.entries.isEmpty && gap.upTo == Dot(origin, 3) && !gap.isLast)
        let end = try await central.journal.fetch(.run(origin, first: 4, last: 5))
        #expect(end.entries == [.bytes(sparse.bytes)] && end.isLast)
    }

    @Test func `The author of an entry that is corrupt at central still gets what others write to its report`()
        async throws
    {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        try await gateway.push(to: central)
        try await central.edit(report, text: "before")
        try await gateway.follow(central)
        try damage(
            central,
            ["UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place = (SELECT min(place) FROM entries)"])
        #expect(try await central.scrub().corrupt == 1)
        try await central.edit(report, text: "after")
        try await gateway.follow(central)
        #expect(try await gateway.text(of: report) == "after")
    }

    @Test func `No edit claims to have seen an entry that was corrupt when it was made`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        let corrupt = try await gateway.edit(report, text: "corrupt for a while").entry
        try await gateway.push(to: central)
        try corruption("bytes", at: 2, of: gateway)
        let edit = try await gateway.edit(report, text: "made without it").entry
        #expect(edit.previousSeq == 2 && !edit.context.covers(corrupt.dot))
        try await gateway.edit(report, text: "made upon that")
        try await gateway.push(to: central)
        let siblings = try await central.journal.report(report)?.fields[.text]?.siblings.map(\.entry)
        #expect(siblings?.contains(corrupt.id) == true)
    }

    @Test func `A corrupt hash or chain value is repaired from the bytes`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<4 { try await gateway.create() }
        try corruption("hash", at: 2, of: gateway)
        try corruption("chain", at: 3, of: gateway)
        try await gateway.push(to: central)
        #expect(try await central.journal.digest().reports == 4)
        #expect(try await gateway.scrub().repaired == 2)
        #expect(try await gateway.scrub().repaired == 0)
        #expect(try await gateway.journal.digest() == central.journal.digest())
    }

    @Test func `An entry that the chain proves is given back with the others' entries`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.create().entry.report
        try await gateway.push(to: central)
        let edit = try await central.edit(report, text: "central's").entry
        try await gateway.follow(central)
        try damage(
            gateway, ["UPDATE entries SET hash = zeroblob(32) WHERE place = (SELECT max(place) FROM entries)"])
        let given = try await gateway.journal.fetch(.foreign(after: nil))
        #expect(given.entries == [.bytes(EntryCodec().encode(edit))])
    }

    @Test func `A new incarnation continues where the chain is last known`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<4 { try await gateway.create() }
        for column in ["bytes", "hash", "chain"] { try corruption(column, at: 2, of: gateway) }
        try damage(gateway, ["UPDATE entries SET chain = NULL WHERE place & 1099511627775 = 2"])
        let old = gateway.journal.origin
        try await gateway.journal.begin(IncarnationStart(.forked(old, agreed: 2), stamp: .unknown))
        #expect(try await gateway.journal.heads(of: gateway.id).first { $0.origin == old }?.seq == 1)
        try await gateway.push(to: central)
        #expect(try await central.journal.digest().reports == 3)
    }

    @Test func `If bytes and hash are both corrupt, the entries after them move to a new incarnation`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        for _ in 0..<2 { try await gateway.create() }
        let last = try await gateway.create(text: "after").entry.report
        try corruption("bytes", at: 2, of: gateway)
        try corruption("hash", at: 2, of: gateway)
        let old = gateway.journal.origin
        await #expect(throws: JournalError.broken(old, seq: 2)) { _ = try await gateway.journal.run(of: old, after: 1) }
        try await gateway.journal.begin(IncarnationStart(.broken(old, after: 1), stamp: .unknown))
        try await gateway.push(to: central)
        #expect(try await central.text(of: last) == "after")
        #expect(try await gateway.journal.statistics().orphans == 1)
    }

    @Test func `The scrub repairs rows that are made from entries`() async throws {
        let station = try Station(1)
        let report = try await station.create().entry.report
        let digest = try await station.journal.digest()
        try damage(
            station,
            [
                "UPDATE reports SET digest = zeroblob(32), grid = 'x'",
                "UPDATE origins SET head = 7, chain = zeroblob(32)",
            ])
        #expect(try await station.journal.head().seq == 1)
        #expect(try await station.journal.digest() != digest)
        #expect(try await station.scrub().repaired == 1)
        #expect(try await station.journal.digest() == digest)
        #expect(try await station.create().entry.dot.seq == 2)
        #expect(try await station.text(of: report) == "made")
    }
}
