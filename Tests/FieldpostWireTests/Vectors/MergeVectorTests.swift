import FieldpostCore
import Testing

@testable import FieldpostWire

/// Protocol/vectors/merge.json: one report for each rule of PROTOCOL.md, section 9.
struct MergeVector: Codable, Equatable {
    struct Field: Codable, Equatable {
        var name: String
        /// The entry ids of each sibling's writes, the winner first.
        var siblings: [[String]]
    }

    var name: String
    /// The entries, in no order that counts.
    var entries: [String]
    var fields: [Field]
    /// The texts of the notes that stand, in the order of the digest.
    var notes: [String]
    /// Entry ids that stand for several writes.
    var reused: [String]
    /// The depth of the version handed out.
    var depth: UInt64
    var digest: String
}

extension WireTests {
    @Suite struct MergeVectorTests {
        private static let origins = (0..<3).map { number in
            Origin(
                node: NodeID(publicKey: [UInt8(number)]), incarnation: Incarnation(UInt128(number) + 1))
        }

        private static func entry(
            _ id: UInt128, at origin: Int, _ seq: UInt64, after previous: UInt64 = 0, seen: [(Int, UInt64)] = [],
            depth: UInt64 = 1, author: String = "", _ change: Change
        ) -> Entry {
            Entry(
                id: EntryID(id), dot: Dot(origins[origin], seq), report: ReportID(7), previousSeq: previous,
                clock: VersionVector(seen.map { (origins[$0.0], $0.1) }), depth: depth, author: author,
                stamp: .unknown, change: change)
        }

        private static func text(_ text: String) -> Change { Change(fields: [.text: .text(text)]) }

        private static let cases: [(name: String, entries: [Entry])] = [
            ("copies of one write", [entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("一"))]),
            ("one id, two contents", [entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("二"))]),
            (
                "one id, two spellings",
                [entry(1, at: 0, 1, text("caf\u{e9}")), entry(1, at: 1, 1, text("cafe\u{301}"))]
            ),
            (
                "one id, two notes, one removed",
                [
                    entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                    entry(1, at: 1, 1, Change(notes: [Note(text: "二")])),
                    entry(
                        2, at: 2, 1, seen: [(0, 1)], depth: 2,
                        Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
                ]
            ),
            (
                "one id, two notes",
                [
                    entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                    entry(1, at: 1, 1, Change(notes: [Note(text: "二")])),
                ]
            ),
            (
                "a removal of what was not seen",
                [
                    entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                    entry(2, at: 1, 1, Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
                ]
            ),
            (
                "equal values, two authors",
                [entry(1, at: 0, 1, author: "甲", text("一")), entry(2, at: 1, 1, author: "乙", text("一"))]
            ),
            (
                "two that cover each other",
                [
                    entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                    entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                ]
            ),
            (
                "two that cover each other, and one that saw them",
                [
                    entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                    entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                    entry(3, at: 2, 1, seen: [(0, 1), (1, 1)], depth: 3, text("三")),
                ]
            ),
            (
                "a claim to have seen what came later",
                [entry(1, at: 0, 1, seen: [(1, Limits.seq)], depth: 9, text("一")), entry(2, at: 1, 7, text("二"))]
            ),
            (
                "the same claim, cut",
                [
                    entry(1, at: 0, 1, seen: [(1, Limits.seq)], depth: 9, text("一")),
                    entry(2, at: 1, 7, text("二")),
                    entry(
                        3, at: 2, 1, Change(cuts: [ContextCut(dot: Dot(origins[0], 1), seqs: [origins[1]: 6])])),
                ]
            ),
            (
                "a forged depth",
                [entry(1, at: 0, 1, depth: Limits.depth, text("一")), entry(2, at: 1, 1, text("二"))]
            ),
        ]

        @Test func `Each report merges to what is published`() throws {
            let made = Self.cases.map { Self.vector($0.name, $0.entries) }
            if ProtocolFiles.isWriting { try ProtocolFiles.write(made, to: "vectors/merge.json") }
            let published: [MergeVector] = try ProtocolFiles.read("vectors/merge.json")
            #expect(published == made)
            for vector in published {
                let entries = try vector.entries.reversed().map { text in
                    let bytes = try #require(Hex.decode(text))
                    let dot = try #require(EntryCodec().dot(of: bytes))
                    return try #require(EntryCodec().open(bytes, at: dot).entry, "\(vector.name)")
                }
                #expect(Report(id: ReportID(7), folding: entries).digest.hex == vector.digest, "\(vector.name)")
            }
        }

        private static func vector(_ name: String, _ entries: [Entry]) -> MergeVector {
            let report = Report(id: ReportID(7), folding: entries)
            return MergeVector(
                name: name, entries: entries.map { Hex.encode(EntryCodec().encode($0)) },
                fields: report.fields.sorted { $0.key < $1.key }.map { name, register in
                    .init(
                        name: name.rawValue,
                        siblings: register.siblings.map { $0.writes.map { Hex.encode($0.entry.bytes) } })
                }, notes: report.notes.map(\.value.text),
                reused: report.reusedIDs.sorted().map { Hex.encode($0.bytes) },
                depth: report.version.depth, digest: report.digest.hex)
        }
    }
}
