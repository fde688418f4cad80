import FieldpostCore

/// Reports of which one row of the table in Protocol/HANDLING.md decides what is shown.
///
/// Origin 0 is central, 1 and 2 are gateways, 3 is a second console. Each report begins with three entries of central:
/// 1 creates it, 2 accepts it, 3 passes it to 市政.
enum HandlingCases {
    struct Row {
        let name: String
        let entries: [Entry]
        /// What a person expects to see, written by hand: see `HandlingVectorTests.summary`.
        let expected: String

        init(_ name: String, _ expected: String, _ entries: [Entry]) {
            self.name = name
            self.expected = expected
            self.entries = entries
        }

        /// After the three entries.
        init(_ name: String, _ expected: String, after entries: Entry...) {
            self.init(name, expected, HandlingCases.begun + entries)
        }
    }

    private typealias Seen = [(Int, UInt64)]

    static let begun = [
        MergeCases.entry(1, at: 0, 1, Change(fields: [.text: .text("井盖缺失")])),
        step(2, at: 0, 2, after: 1, "accepted", seen: [(0, 1)]),
        step(3, at: 0, 3, after: 2, "dispatched", to: "市政", seen: [(0, 2)]),
    ]

    static let rows = ways + backs + sides + rest

    private static let ways: [Row] = [
        Row("one way", "dispatched(市政)", begun),
        Row("nobody took a step", "", [begun[0]]),
        Row(
            "accepted beside dispatched", "dispatched(市政) accepted",
            [begun[0], begun[1], step(3, at: 3, 1, "dispatched", to: "市政", seen: [(0, 1)])]),
        Row(
            "dispatched to two departments", "dispatched(消防) dispatched(市政) disputed 0-1",
            after: step(4, at: 3, 1, "dispatched", to: "消防", seen: [(0, 2)])),
        Row(
            "dispatched to one department twice", "dispatched(市政) dispatched(市政)",
            after: step(4, at: 3, 1, "dispatched", to: "市政", seen: [(0, 2)])),
        Row(
            "one of two departments is done", "feedback(市政) dispatched(消防) disputed 0-1",
            after: step(4, at: 3, 1, "dispatched", to: "消防", seen: [(0, 2)]),
            step(5, at: 1, 1, "feedback", seen: [(0, 3)])),
        Row(
            "a step that saw both ends the dispute", "dispatched(市政)",
            after: step(4, at: 3, 1, "dispatched", to: "消防", seen: [(0, 2)]),
            step(5, at: 0, 4, after: 3, "dispatched", to: "市政", seen: [(0, 3), (3, 1)])),
        Row(
            "handling beside feedback", "feedback(市政) handling(市政)",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]), step(5, at: 2, 1, "handling", seen: [(0, 3)])),
        Row(
            "handling beside closed", "closed(市政) handling(市政) disputed 0-1",
            after: step(4, at: 0, 4, after: 3, "closed", seen: [(0, 3)]),
            step(5, at: 1, 1, "handling", seen: [(0, 3)])),
        Row(
            "an unknown stage beside dispatched", "dispatched(市政) archived disputed 0-1",
            after: step(4, at: 1, 1, "archived", seen: [(0, 1)])),
        Row("an unknown stage", "archived(市政)", after: step(4, at: 0, 4, after: 3, "archived", seen: [(0, 3)])),
        Row(
            "one step stored at two nodes", "feedback(市政)",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]), step(4, at: 2, 1, "feedback", seen: [(0, 3)])),
        Row(
            "two steps that claim to have seen each other", "returned(市政) feedback(市政) disputed 0-1",
            after: step(4, at: 1, 1, "returned", seen: [(0, 3), (2, 1)]),
            step(5, at: 2, 1, "feedback", seen: [(0, 3), (1, 1)])),
    ]

    private static let backs: [Row] = [
        Row(
            "returned beside feedback", "returned(市政) feedback(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]), step(5, at: 2, 1, "returned", seen: [(0, 3)])),
        Row(
            "returned beside closed", "closed(市政) returned(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]),
            step(5, at: 0, 4, after: 3, "closed", seen: [(0, 3), (1, 1)]),
            step(6, at: 2, 1, "returned", seen: [(0, 3)])),
        Row(
            "verified beside rework", "rework(市政) verified(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]), step(5, at: 2, 1, "verified", seen: [(0, 3), (1, 1)]),
            step(6, at: 3, 1, "rework", seen: [(0, 3), (1, 1)])),
        Row(
            "rework beside closed", "closed(市政) rework(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]),
            step(5, at: 0, 4, after: 3, "closed", seen: [(0, 3), (1, 1)]),
            step(6, at: 2, 1, "rework", seen: [(0, 3), (1, 1)])),
        Row(
            "reopened while a cut gateway verifies", "reopened(市政) verified(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]),
            step(5, at: 0, 4, after: 3, "closed", seen: [(0, 3), (1, 1)]),
            step(6, at: 0, 5, after: 4, "reopened", seen: [(0, 4), (1, 1)]),
            step(7, at: 2, 1, "verified", seen: [(0, 3), (1, 1)])),
        Row(
            "reopened twice", "reopened(市政) reopened(市政)",
            after: step(4, at: 0, 4, after: 3, "closed", seen: [(0, 3)]),
            step(5, at: 1, 1, "reopened", seen: [(0, 4)]), step(6, at: 2, 1, "reopened", seen: [(0, 4)])),
        Row(
            "not found there beside filed", "filed absent disputed 0-1",
            [
                begun[0], begun[1], step(3, at: 0, 3, after: 2, "filed", seen: [(0, 2)]),
                step(4, at: 1, 1, "absent", seen: [(0, 2)]),
            ]),
        Row(
            "found there beside not found there", "inspected absent disputed 0-1",
            [
                begun[0], begun[1], step(3, at: 2, 1, "inspected", seen: [(0, 2)]),
                step(4, at: 1, 1, "absent", seen: [(0, 2)]),
            ]),
        Row(
            "void beside feedback", "feedback(市政) voided(市政) disputed 0-1",
            after: step(4, at: 1, 1, "feedback", seen: [(0, 3)]), step(5, at: 3, 1, "voided", seen: [(0, 3)])),
        Row(
            "joined to another beside handling", "handling(市政) merged(市政) disputed 0-1",
            after: step(4, at: 1, 1, "handling", seen: [(0, 3)]), step(5, at: 3, 1, "merged", seen: [(0, 3)])),
        Row("void", "voided(市政)", after: step(4, at: 0, 4, after: 3, "voided", seen: [(0, 3)])),
    ]

    private static let sides: [Row] = [
        Row(
            "suspended", "dispatched(市政) suspended 4",
            after: side(4, at: 0, 4, after: 3, "suspended", until: 9, seen: [(0, 3)])),
        Row(
            "suspended beside feedback", "feedback(市政)",
            after: side(4, at: 0, 4, after: 3, "suspended", until: 9, seen: [(0, 3)]),
            step(5, at: 1, 1, "feedback", seen: [(0, 3)])),
        Row(
            "suspended, then resumed", "dispatched(市政)",
            after: side(4, at: 0, 4, after: 3, "suspended", until: 9, seen: [(0, 3)]),
            side(5, at: 0, 5, after: 4, "resumed", seen: [(0, 4)])),
        Row(
            "resumed beside a second suspension", "dispatched(市政) suspended 5",
            after: side(4, at: 0, 4, after: 3, "suspended", until: 9, seen: [(0, 3)]),
            side(5, at: 3, 1, "suspended", until: 12, seen: [(0, 4)]),
            side(6, at: 0, 5, after: 4, "resumed", seen: [(0, 4)])),
        Row(
            "suspended, then rework after feedback", "rework(市政)",
            after: side(4, at: 0, 4, after: 3, "suspended", until: 9, seen: [(0, 3)]),
            step(5, at: 1, 1, "feedback", seen: [(0, 4)]), step(6, at: 2, 1, "rework", seen: [(0, 4), (1, 1)])),
        Row(
            "two extensions", "dispatched(市政) until 4 5",
            after: side(4, at: 0, 4, after: 3, "extended", until: 200, seen: [(0, 3)]),
            side(5, at: 3, 1, "extended", until: 100, seen: [(0, 3)])),
        Row(
            "an extension after another", "dispatched(市政) until 5",
            after: side(4, at: 0, 4, after: 3, "extended", until: 200, seen: [(0, 3)]),
            side(5, at: 3, 1, "extended", until: 100, seen: [(0, 4)])),
        Row(
            "an extension that saw one of two", "dispatched(市政) until 5 6",
            after: side(4, at: 0, 4, after: 3, "extended", until: 200, seen: [(0, 3)]),
            side(5, at: 3, 1, "extended", until: 150, seen: [(0, 3)]),
            side(6, at: 1, 1, "extended", until: 100, seen: [(0, 4)])),
        Row(
            "an extension, then rework", "rework(市政)",
            after: side(4, at: 0, 4, after: 3, "extended", until: 200, seen: [(0, 3)]),
            step(5, at: 1, 1, "feedback", seen: [(0, 4)]), step(6, at: 2, 1, "rework", seen: [(0, 4), (1, 1)])),
        Row(
            "two take it at once", "dispatched(市政) taken 4 5",
            after: side(4, at: 1, 1, "claimed", by: "甲", seen: [(0, 3)]),
            side(5, at: 2, 1, "claimed", by: "乙", seen: [(0, 3)])),
        Row(
            "taken, then handed over", "dispatched(市政) taken 5",
            after: side(4, at: 1, 1, "claimed", by: "甲", seen: [(0, 3)]),
            side(5, at: 0, 4, after: 3, "assigned", by: "乙", seen: [(0, 3), (1, 1)])),
        Row(
            "taken, then done", "feedback(市政)",
            after: side(4, at: 1, 1, "claimed", by: "甲", seen: [(0, 3)]),
            step(5, at: 1, 2, after: 1, "feedback", seen: [(0, 3), (1, 1)])),
    ]

    private static let rest: [Row] = [
        Row(
            "a photo beside closing", "closed(市政) unseen 5",
            after: step(4, at: 0, 4, after: 3, "closed", seen: [(0, 3)]),
            MergeCases.entry(
                5, at: 1, 1, seen: [(0, 3)], depth: 4,
                Change(attachments: [
                    Attachment(blob: Hash256(hashing: [1]), mediaType: "image/jpeg", byteCount: 300_000)
                ]))),
        Row(
            "a note before closing", "closed(市政)",
            after: MergeCases.entry(4, at: 1, 1, seen: [(0, 3)], depth: 4, Change(notes: [Note(text: "仍在")])),
            step(5, at: 0, 4, after: 3, "closed", seen: [(0, 3), (1, 1)])),
        Row(
            "a department set without a step", "dispatched(消防)",
            after: MergeCases.entry(
                4, at: 0, 4, after: 3, seen: [(0, 3)], depth: 4, Change(fields: [.department: .text("消防")]))),
        Row(
            "a stage that a side step names", "dispatched(市政) suspended 4",
            after: MergeCases.entry(
                4, at: 0, 4, after: 3, seen: [(0, 3)], depth: 4,
                Change(
                    fields: [.stage: .text("suspended")],
                    traces: [Trace(stage: "suspended", department: "", text: "等材料")]))),
    ]

    private static func step(
        _ id: UInt128, at origin: Int, _ seq: UInt64, after previous: UInt64 = 0, _ code: String,
        to department: String = "", seen: Seen
    ) -> Entry {
        var fields: [FieldName: FieldValue] = [.stage: .text(code)]
        if !department.isEmpty { fields[.department] = .text(department) }
        let change = Change(fields: fields, traces: [Trace(stage: code, department: department, text: "")])
        return MergeCases.entry(
            id, at: origin, seq, after: previous, seen: seen, depth: seen.reduce(1) { $0 + $1.1 }, change)
    }

    private static func side(
        _ id: UInt128, at origin: Int, _ seq: UInt64, after previous: UInt64 = 0, _ code: String, by name: String = "",
        until: Int64 = 0, seen: Seen
    ) -> Entry {
        let trace = Trace(
            stage: code, department: "", text: "", assignee: name, untilMilliseconds: until * 86_400_000)
        let fields: [FieldName: FieldValue] = name.isEmpty ? [:] : [.assignee: .text(name)]
        return MergeCases.entry(
            id, at: origin, seq, after: previous, seen: seen, depth: seen.reduce(1) { $0 + $1.1 },
            Change(fields: fields, traces: [trace]))
    }
}
