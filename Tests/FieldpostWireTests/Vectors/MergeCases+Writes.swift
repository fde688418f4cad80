import FieldpostCore

@testable import FieldpostWire

/// Copies, reused ids, depths and circles: PROTOCOL.md, 9.2, 9.5 and 9.6.
extension MergeCases {
    private static let unknown = Entry.Kind.unknown(9)

    static let copies: [MergeCase] = [
        MergeCase(
            "copies, one of which was seen",
            [
                entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("一")),
                entry(2, at: 2, 1, seen: [(0, 1)], depth: 2, text("二")),
            ]),
        MergeCase(
            "copies that saw different entries",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, text("二")),
                entry(3, at: 2, 1, seen: [(0, 1)], depth: 2, text("三")),
                entry(3, at: 3, 1, seen: [(1, 1)], depth: 2, text("三")),
            ]),
        MergeCase(
            "a copy that saw the other copy",
            [
                entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, seen: [(0, 1)], depth: 2, text("一")),
            ]),
        MergeCase(
            "copies of different depths",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 1, text("二")),
                entry(2, at: 2, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 3, 1, depth: 1, text("三")), entry(4, at: 4, 1, text("四")),
            ]),
        MergeCase(
            "copies, one of which holds a field that version 1 does not know",
            bytes: [
                EntryCodec().encode(entry(1, at: 0, 1, text("一"))),
                EntryCodec().encode(entry(1, at: 1, 1, text("一"))) + [0xA2, 1, 1, 7],
            ]),
        MergeCase(
            "one id, two authors",
            [
                entry(1, at: 0, 1, author: "甲", text("一")), entry(1, at: 1, 1, author: "乙", text("一")),
            ]),
        MergeCase(
            "one id, and its notes in another order",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一"), Note(text: "二")])),
                entry(1, at: 1, 1, Change(notes: [Note(text: "二"), Note(text: "一")])),
            ]),
        MergeCase(
            "one id, a change and an entry of an unknown kind",
            [
                entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, kind: unknown, Change()),
            ]),
        MergeCase(
            "a depth over an entry of an unknown kind",
            [
                entry(1, at: 0, 1, text("一")),
                entry(2, at: 0, 2, after: 1, seen: [(0, 1)], depth: 2, kind: unknown, Change()),
                entry(3, at: 1, 1, seen: [(0, 2)], depth: 3, text("三")),
                entry(4, at: 2, 1, seen: [(0, 1)], depth: 2, text("四")),
            ]),
        MergeCase(
            "a depth over two copies",
            [
                entry(1, at: 0, 1, text("一")), entry(1, at: 1, 1, text("一")),
                entry(2, at: 2, 1, seen: [(0, 1), (1, 1)], depth: 3, text("二")),
                entry(3, at: 3, 1, seen: [(0, 1)], depth: 2, text("三")),
            ]),
        MergeCase(
            "equal values with another between them",
            [
                entry(1, at: 0, 1, Change()),
                entry(2, at: 0, 2, after: 1, seen: [(0, 1)], depth: 2, Change()),
                entry(3, at: 1, 1, seen: [(0, 2)], depth: 3, text("一")),
                entry(4, at: 2, 1, seen: [(0, 1)], depth: 2, text("二")), entry(5, at: 3, 1, text("一")),
            ]),
    ]

    static let circles: [MergeCase] = [
        MergeCase(
            "three that cover each other in a circle",
            [
                entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(2, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, seen: [(0, 1)], depth: 2, text("三")),
            ]),
        MergeCase(
            "a circle of three, and one that saw one of them",
            [
                entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(2, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, seen: [(0, 1)], depth: 2, text("三")),
                entry(4, at: 3, 1, seen: [(0, 1)], depth: 3, text("四")),
            ]),
        MergeCase(
            "a circle of two that covers another circle of two",
            [
                entry(1, at: 0, 1, seen: [(1, 1), (2, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, seen: [(3, 1)], depth: 2, text("三")),
                entry(4, at: 3, 1, seen: [(2, 1)], depth: 2, text("四")),
            ]),
        MergeCase(
            "a circle, and what it replaced",
            [
                entry(1, at: 0, 1, seen: [(1, 1), (2, 1)], depth: 3, text("一")),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")), entry(3, at: 2, 1, text("三")),
            ]),
        MergeCase(
            "two that cover each other, in different fields",
            [
                entry(1, at: 0, 1, seen: [(1, 1)], depth: 2, text("一")),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, Change(fields: [.text: .text("二"), .stage: .text("a")])),
            ]),
    ]

    static let cuts: [MergeCase] = [
        MergeCase(
            "two cuts of one entry: the lower counts",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 0, 2, after: 1, text("二")),
                entry(3, at: 1, 1, seen: [(0, 2)], depth: 3, text("三")),
                entry(4, at: 2, 1, cut(1, 1, [0: 0])), entry(5, at: 3, 1, cut(1, 1, [0: 1])),
                entry(6, at: 4, 1, cut(1, 1, [0: 1])),
            ]),
        MergeCase(
            "a cut to 0",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, cut(1, 1, [0: 0])),
            ]),
        MergeCase(
            "a cut that names more than the context raises nothing",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 0, 2, after: 1, text("二")),
                entry(3, at: 1, 1, seen: [(0, 1)], depth: 2, text("三")),
                entry(4, at: 2, 1, cut(1, 1, [0: 2, 3: 1])), entry(5, at: 3, 1, text("五")),
            ]),
        MergeCase(
            "a cut of an entry by itself",
            [
                entry(1, at: 0, 1, text("一")),
                entry(
                    2, at: 1, 1, seen: [(0, 1)], depth: 2,
                    Change(fields: [.text: .text("二")], cuts: cut(1, 1, [0: 0]).cuts)),
            ]),
        MergeCase(
            "a cut of one of two copies",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(2, at: 2, 1, seen: [(0, 1)], depth: 2, text("二")), entry(3, at: 3, 1, cut(1, 1, [0: 0])),
            ]),
        MergeCase(
            "a cut of a removal",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(
                    2, at: 1, 1, seen: [(0, 1)], depth: 2,
                    Change(removals: [ElementID(entry: EntryID(1), index: 0)])),
                entry(3, at: 2, 1, cut(1, 1, [0: 0])),
            ]),
        MergeCase(
            "a cut lowers the depth that counts",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, text("三")), entry(4, at: 3, 1, cut(1, 1, [0: 0])),
            ]),
        MergeCase(
            "an entry of an unknown kind cuts nothing",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, text("二")),
                entry(3, at: 2, 1, kind: unknown, cut(1, 1, [0: 0])),
            ]),
    ]

    /// A cut of the entry at a dot. The keys of `seqs` are the numbers of the origins.
    private static func cut(_ origin: Int, _ seq: UInt64, _ seqs: [Int: UInt64]) -> Change {
        let pairs = seqs.map { (origins[$0.key], $0.value) }
        return Change(
            cuts: [ContextCut(dot: Dot(origins[origin], seq), seqs: Dictionary(pairs) { first, _ in first })])
    }
}
