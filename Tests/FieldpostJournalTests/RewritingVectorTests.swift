import FaultDisk
import FieldpostCore
import FieldpostJournal
import FieldpostWire
import Foundation
import Synchronization
import Testing

/// Protocol/vectors/rewriting.json: what a journal that was put back from a copy and written to moves to its new
/// incarnation (PROTOCOL.md, 8.13).
struct RewritingVectorTests {
    struct Vector: Codable, Equatable {
        /// The last seq of the old origin that both sides hold alike.
        var agreed: UInt64
        /// Of the other side, held here: the clocks name it.
        var others: [String]
        /// The old origin's entries, from seq 1.
        var before: [String]
        /// The new origin's entries, from seq 1: the first is the incident, in words that are the program's own.
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
        let made = try await Self.fork()
        if ProcessInfo.processInfo.environment["FIELDPOST_WRITE_VECTORS"] != nil {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(made) + Data("\n".utf8)).write(to: Self.file)
        }
        let published = try JSONDecoder().decode(Vector.self, from: Data(contentsOf: Self.file))
        #expect(published == made)

        // By hand, from the text: seq, previous, and what the clock names of the old, the new and central's origin.
        let expected: [(id: UInt128, seq: UInt64, previous: UInt64, old: UInt64, new: UInt64, central: UInt64)] = [
            (2, 2, 0, 1, 0, 0), (3, 3, 0, 0, 0, 0), (4, 4, 2, 1, 2, 0), (5, 5, 4, 1, 0, 1), (6, 6, 5, 1, 5, 1),
            (7, 7, 3, 1, 3, 0),
        ]
        let before = try Self.entries(published.before, of: Self.old)
        let after = try Self.entries(published.after, of: Self.new)
        #expect(after.count == expected.count + 1 && after.first?.kind == .incident)
        for (moved, expected) in zip(after.dropFirst(), expected) {
            #expect(moved.id == EntryID(expected.id) && moved.dot.seq == expected.seq)
            #expect(moved.previousSeq == expected.previous, "\(expected.id)")
            #expect(moved.clock[Self.old] == expected.old, "\(expected.id)")
            #expect(moved.clock[Self.new] == expected.new, "\(expected.id)")
            #expect(moved.clock[Self.central] == expected.central, "\(expected.id)")
            let written = try #require(before.first { $0.id == moved.id })
            #expect(moved.saysTheSame(as: written) && moved.stamp == written.stamp && moved.depth == written.depth)
        }
    }

    private static let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Protocol/vectors/rewriting.json").standardized

    private static func entries(_ texts: [String], of origin: Origin) throws -> [Entry] {
        try texts.enumerated().map { index, text in
            let bytes = try #require(Hex.decode(text))
            return try #require(EntryCodec().open(bytes, at: Dot(origin, UInt64(index) + 1)).entry)
        }
    }

    private static func fork() async throws -> Vector {
        let lives = Mutex([new.incarnation, old.incarnation])
        let journal = try Journal(
            disk: FaultJournalDisk(FaultDisk(seed: 1)), node: node, role: .gateway, codec: EntryCodec(),
            opening: Opening(newIncarnation: { lives.withLock { $0.popLast() ?? .random() } }))
        func write(_ id: UInt128, _ report: ReportID, seen: [(Origin, UInt64)]? = nil, _ text: String) async throws {
            let version = seen.map { ReportVersion(clock: VersionVector($0), depth: 0) }
            _ = try await journal.append(
                Samples.draft(
                    seen == nil ? .create : .edit, report, id: EntryID(id), seen: version,
                    change: Change(fields: [.text: .text(text)])))
        }

        try await write(1, report, "both sides hold this")
        try await write(2, report, seen: [(old, 1)], "the first that moves")
        try await write(3, other, "another report")
        try await write(4, report, seen: [(old, 2)], "saw the first that moves")
        let given = Entry(
            id: EntryID(100), dot: Dot(central, 1), report: report, previousSeq: 0,
            clock: VersionVector([(old, UInt64(1))]), depth: 2, author: "dispatcher", stamp: Samples.stamp,
            change: Change(fields: [.text: .text("by central")]))
        let sealed = EntryCodec().open(EntryCodec().encode(given), at: given.dot)
        _ = try await journal.absorb(
            [sealed], from: central.node, upTo: FeedCursor(incarnation: central.incarnation, position: 1))
        try await write(5, report, seen: [(old, 1), (central, 1)], "saw central's edit, and none that moves")
        try await write(6, report, seen: [(old, 5), (central, 1)], "saw all")
        try await write(7, other, seen: [(old, 3)], "the other report again")
        let before = try #require(try await journal.run(of: old, after: 0)).bytes
        try await journal.begin(Renewal(.forked(old, agreed: 1), stamp: Samples.stamp))
        #expect(try await journal.run(of: old, after: 0)?.entries.count == 1)
        return Vector(
            agreed: 1, others: [Hex.encode(sealed.bytes)], before: before,
            after: try #require(try await journal.run(of: new, after: 0)).bytes)
    }
}

extension EntryRun {
    /// In hexadecimal digits.
    fileprivate var bytes: [String] { sealed.map { Hex.encode($0.bytes) } }
}
