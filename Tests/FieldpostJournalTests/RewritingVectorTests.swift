import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostStore
import FieldpostWire
import Foundation
import Synchronization
import Testing

/// Protocol/vectors/rewriting.json: what a journal that was restored from a copy and written to moves to its new
/// incarnation (PROTOCOL.md, 8.13).
@Suite(.serialized) struct RewritingVectorTests {
    struct Vector: Codable, Equatable {
        var name: String
        /// The last seq of the old origin that stays as it is.
        var agreed: UInt64
        /// What else is held: the entries of the new origin before those that are written again.
        var held: [String]
        /// The entries of the old origin, from seq 1.
        var before: [String]
        /// The entries after `agreed`, as they are written again.
        var after: [String]
    }

    private static let node = NodeID(Hash256(bytes: 0x00..<0x20) ?? .zero)
    private static let central = Origin(
        node: NodeID(Hash256(bytes: 0x20..<0x40) ?? .zero),
        incarnation: Incarnation(0xC0C1_C2C3_C4C5_C6C7_C8C9_CACB_CCCD_CECF))
    private static let old = Origin(
        node: node, incarnation: Incarnation(0xA0A1_A2A3_A4A5_A6A7_A8A9_AAAB_ACAD_AEAF))
    private static let new = Origin(
        node: node, incarnation: Incarnation(0xD0D1_D2D3_D4D5_D6D7_D8D9_DADB_DCDD_DEDF))
    private static let report = ReportID(7)
    private static let other = ReportID(8)

    @Test func `A forked journal writes its entries again as published`() async throws {
        // By hand, from the text: seq, previous, and the seqs that the context names of the old, the new and central's
        // origin.
        try check(
            try await Self.fork(), at: 0,
            expecting: [
                (2, 2, 0, 1, 0, 0), (3, 3, 0, 0, 0, 0), (4, 4, 2, 1, 2, 0), (5, 5, 4, 1, 0, 1), (6, 6, 5, 1, 5, 1),
                (7, 7, 3, 1, 3, 0),
            ])
    }

    @Test func `Moved entries name no entry that their author had not seen before them`() async throws {
        try check(try await Self.vacate(), at: 1, expecting: [(3, 3, 2, 0, 1, 0), (4, 4, 3, 0, 1, 0)])
    }

    private typealias Expected = (id: UInt128, seq: UInt64, previous: UInt64, old: UInt64, new: UInt64, central: UInt64)

    private func check(_ made: Vector, at place: Int, expecting expected: [Expected]) throws {
        var all = (try? JSONDecoder().decode([Vector].self, from: Data(contentsOf: Self.file))) ?? []
        if ProcessInfo.processInfo.environment["FIELDPOST_WRITE_VECTORS"] != nil {
            all = all.filter { $0.name != made.name }
            all.insert(made, at: min(place, all.count))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(all) + Data("\n".utf8)).write(to: Self.file)
        }
        #expect(all.count > place && all[place] == made)
        let (before, after) = (try made.before.map(Self.entry), try made.after.map(Self.entry))
        let (old, new) = (try #require(before.first).dot.origin, try #require(after.first).dot.origin)
        #expect(after.count == expected.count && before.count == Int(made.agreed) + after.count)
        for (moved, expected) in zip(after, expected) {
            #expect(moved.id == EntryID(expected.id) && moved.dot.seq == expected.seq)
            #expect(moved.previousSeq == expected.previous, "\(expected.id)")
            #expect(moved.context[old] == expected.old, "\(expected.id)")
            #expect(moved.context[new] == expected.new, "\(expected.id)")
            #expect(moved.context[Self.central] == expected.central, "\(expected.id)")
            let written = try #require(before.first { $0.id == moved.id })
            #expect(moved.saysTheSame(as: written) && moved.stamp == written.stamp && moved.depth == written.depth)
        }
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Protocol/vectors/rewriting.json").standardized

    private static func entry(_ text: String) throws -> Entry {
        let bytes = try #require(Hex.decode(text))
        let dot = try #require(EntryCodec().dot(of: bytes))
        return try #require(EntryCodec().open(bytes, at: dot).entry)
    }

    private static func open() throws -> Journal {
        let incarnations = Mutex([new.incarnation, old.incarnation])
        return try Journal(
            disk: FaultJournalDisk(FaultDisk(seed: 1)), node: node, role: .gateway, codec: EntryCodec(),
            opening: Opening(newIncarnation: { incarnations.withLock { $0.popLast() ?? .random() } }))
    }

    private static func write(
        _ id: UInt128, _ report: ReportID, seen: [(Origin, UInt64)]? = nil, _ text: String, to journal: Journal
    ) async throws {
        let version = seen.map { ReportVersion(context: VersionVector($0), depth: 0) }
        _ = try await journal.append(
            Samples.draft(
                seen == nil ? .create : .edit, report, id: EntryID(id), seen: version,
                change: Change(fields: [.text: .text(text)])))
    }

    /// An edit of the report by another node.
    private static func given(
        _ id: UInt128, at dot: Dot, after previous: UInt64 = 0, seen: [(Origin, UInt64)], depth: UInt64, _ text: String
    ) -> SealedEntry {
        let entry = Entry(
            id: EntryID(id), dot: dot, report: report, previousSeq: previous, context: VersionVector(seen),
            depth: depth,
            author: "dispatcher", stamp: Samples.stamp, change: Change(fields: [.text: .text(text)]))
        return EntryCodec().open(EntryCodec().encode(entry), at: dot)
    }

    private static func fork() async throws -> Vector {
        let journal = try open()
        try await write(1, report, "both sides hold this", to: journal)
        try await write(2, report, seen: [(old, 1)], "the first that moves", to: journal)
        try await write(3, other, "another report", to: journal)
        try await write(4, report, seen: [(old, 2)], "saw the first that moves", to: journal)
        let edit = given(100, at: Dot(central, 1), seen: [(old, 1)], depth: 2, "by central")
        _ = try await journal.absorb(
            [edit], from: central.node, upTo: FeedCursor(incarnation: central.incarnation, position: 1))
        let seen = [(old, UInt64(1)), (central, UInt64(1))]
        try await write(5, report, seen: seen, "saw central's edit, and none that moves", to: journal)
        try await write(6, report, seen: [(old, 5), (central, 1)], "saw all", to: journal)
        try await write(7, other, seen: [(old, 3)], "the other report again", to: journal)
        let before = try #require(try await journal.run(of: old, after: 0)).bytes
        try await journal.begin(IncarnationStart(.forked(old, agreed: 1), stamp: Samples.stamp))
        #expect(try await journal.run(of: old, after: 0)?.entries.count == 1)
        let after = try #require(try await journal.run(of: new, after: 0)).bytes
        // The text of an incident is not part of the protocol, so the published one stays.
        var incident = try entry(after[0])
        #expect(incident.kind == .incident)
        incident.change = Change(notes: [Note(text: publishedAccount)])
        return Vector(
            name: "a journal that was put back from a copy, and written to", agreed: 1,
            held: [Hex.encode(edit.bytes), Hex.encode(EntryCodec().encode(incident))], before: before,
            after: Array(after.dropFirst()))
    }

    private static let publishedAccount =
        "The machine was put back from a copy and written to since: after entry 1 of 0001020304/a0a1a2a3, central "
        + "holds other entries than this journal. Nothing that other nodes hold is lost; what is missing comes back. "
        + "6 entries of this node were moved to a new incarnation."

    private static func vacate() async throws -> Vector {
        let journal = try open()
        try await write(1, report, "made here", to: journal)
        let theirs = Origin(node: NodeID(Hash256(bytes: 0x40..<0x60) ?? .zero), incarnation: Incarnation(1))
        let given = [
            given(3, at: Dot(theirs, 1), seen: [(old, 1)], depth: 2, "by another, who saw the first"),
            given(4, at: Dot(theirs, 2), after: 1, seen: [(old, 1), (theirs, 1)], depth: 3, "by the same, later"),
        ]
        func feed(_ entries: [SealedEntry], vacated: [KnownEntry] = [], _ position: UInt64) async throws {
            _ = try await journal.absorb(
                entries, vacated: vacated, from: central.node,
                upTo: FeedCursor(incarnation: central.incarnation, position: position))
        }
        try await feed(given, 1)
        try await write(2, report, seen: [(old, 1)], "made here, by one who saw neither", to: journal)
        let held = try #require(try await journal.run(of: old, after: 0)).bytes
        let others = (1...2).map { KnownEntry(dot: Dot(theirs, $0), hash: Chain.hash(entry: [UInt8($0)])) }
        try await feed([], vacated: others, 2)
        let after = try #require(try await journal.run(of: old, after: UInt64(held.count))).bytes
        return Vector(
            name: "entries of another node that give way (8.17)", agreed: 0, held: held,
            before: given.map { Hex.encode($0.bytes) }, after: after)
    }
}

extension EntryRun {
    /// In hexadecimal digits.
    fileprivate var bytes: [String] { sealed.map { Hex.encode($0.bytes) } }
}
