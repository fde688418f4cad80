import FieldpostCore

@testable import FieldpostWire

/// A report whose result one rule decides: its entries, as bytes.
struct MergeCase {
    let name: String
    let entries: [[UInt8]]

    init(_ name: String, bytes: [[UInt8]]) {
        self.name = name
        entries = bytes
    }

    init(_ name: String, _ entries: [Entry]) { self.init(name, bytes: entries.map(EntryCodec().encode)) }
}

/// The reports of Protocol/vectors/merge.json, at least one for each rule of PROTOCOL.md, section 9.
enum MergeCases {
    static let all = rules + copies + circles + cuts + elements + words + values + versions

    static let report = ReportID(7)
    static let origins = (0..<5).map { number in
        Origin(
            node: NodeID(publicKey: [UInt8(number)]), incarnation: Incarnation(UInt128(number) + 1))
    }

    static func entry(
        _ id: UInt128, at origin: Int, _ seq: UInt64, after previous: UInt64 = 0, seen: [(Int, UInt64)] = [],
        depth: UInt64 = 1, author: String = "", kind: Entry.Kind = .change, _ change: Change
    ) -> Entry {
        Entry(
            id: EntryID(id), dot: Dot(origins[origin], seq), kind: kind, report: report, previousSeq: previous,
            context: VersionVector(seen.map { (origins[$0.0], $0.1) }), depth: depth, author: author,
            stamp: .unknown, change: change)
    }

    static func text(_ text: String) -> Change { Change(fields: [.text: .text(text)]) }

    private static let rules: [MergeCase] = [
        MergeCase("copies of one write", [entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("一"))]),
        MergeCase("one id, two contents", [entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("二"))]),
        MergeCase(
            "one id, two spellings",
            [entry(1, at: 0, 1, text("caf\u{e9}")), entry(1, at: 1, 1, text("cafe\u{301}"))]
        ),
        MergeCase(
            "one id, two notes, one removed",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(1, at: 1, 1, Change(notes: [Note(text: "二")])),
                entry(
                    2, at: 2, 1, seen: [(0, 1)], depth: 2,
                    Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
            ]
        ),
        MergeCase(
            "one id, two notes",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(1, at: 1, 1, Change(notes: [Note(text: "二")])),
            ]
        ),
        MergeCase(
            "a removal of what was not seen",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(2, at: 1, 1, Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
            ]
        ),
        MergeCase(
            "equal values, two authors",
            [entry(1, at: 0, 1, author: "甲", text("一")), entry(2, at: 1, 1, author: "乙", text("一"))]
        ),
        MergeCase(
            "two that cover each other",
            [
                entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
            ]
        ),
        MergeCase(
            "two that cover each other, and one that saw them",
            [
                entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, seen: [(0, 1), (1, 1)], depth: 3, text("三")),
            ]
        ),
        MergeCase(
            "a claim to have seen what came later",
            [entry(1, at: 0, 1, seen: [(1, Limits.seq)], depth: 9, text("一")), entry(2, at: 1, 7, text("二"))]
        ),
        MergeCase(
            "the same claim, cut",
            [
                entry(1, at: 0, 1, seen: [(1, Limits.seq)], depth: 9, text("一")),
                entry(2, at: 1, 7, text("二")),
                entry(
                    3, at: 2, 1, Change(cuts: [ContextCut(dot: Dot(origins[0], 1), seqs: [origins[1]: 6])])),
            ]
        ),
        MergeCase(
            "a forged depth",
            [entry(1, at: 0, 1, depth: Limits.depth, text("一")), entry(2, at: 1, 1, text("二"))]
        ),
    ]
}
