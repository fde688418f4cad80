import FieldpostCore

/// Sets, values and versions: PROTOCOL.md, 9.6, 9.7, 9.9 and 10.1.
extension MergeCases {
    static let elements: [MergeCase] = [
        MergeCase(
            "the index goes on from notes to traces to attachments",
            [
                entry(1, at: 0, 1, full),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, Change(removals: removals(of: 1, [1, 2, 4]))),
            ]),
        MergeCase(
            "one id, two notes each: by index, then by hash",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "a"), Note(text: "b")])),
                entry(1, at: 1, 1, Change(notes: [Note(text: "c"), Note(text: "d")])),
                entry(1, at: 2, 1, Change(notes: [Note(text: "e"), Note(text: "f")])),
            ]),
        MergeCase(
            "one id, two traces and two attachments",
            [
                entry(1, at: 0, 1, Change(traces: [trace("甲")], attachments: [attachment(1)])),
                entry(1, at: 1, 1, Change(traces: [trace("乙")], attachments: [attachment(2)])),
            ]),
        MergeCase("a trace with all its facts", [entry(1, at: 0, 1, Change(traces: [facts, trace("乙")]))]),
        MergeCase(
            "attachments with a role, a captured time, a place or a heading",
            [
                entry(
                    1, at: 0, 1,
                    Change(attachments: [
                        detailed(1, role: "scene"), detailed(2, time: "2026-11-29T08:30:15"),
                        detailed(3, place: location(.gcj02, 500)), detailed(4, heading: 36_000), attachment(5),
                        detailed(
                            6, role: "处置后", time: "2026-11-29T08:30:15+08:00", place: location(.wgs84, 0), heading: 1),
                    ])),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, Change(removals: removals(of: 1, [1]))),
            ]),
        MergeCase(
            "notes are shown by depth, then id, and hashed by id",
            [
                entry(9, at: 0, 1, Change(notes: [Note(text: "early")])),
                entry(1, at: 1, 1, seen: [(0, 1)], depth: 2, Change(notes: [Note(text: "late")])),
                entry(5, at: 2, 1, Change(notes: [Note(text: "beside")])),
            ]),
        MergeCase(
            "equal notes stay apart",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一"), Note(text: "一")])),
                entry(2, at: 1, 1, Change(notes: [Note(text: "一")])),
            ]),
        MergeCase(
            "a removal by one of two copies that saw the note",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(2, at: 1, 1, Change(removals: removals(of: 1, [0]))),
                entry(2, at: 2, 1, seen: [(0, 1)], depth: 2, Change(removals: removals(of: 1, [0]))),
            ]),
        MergeCase(
            "a removal of an element that nobody added",
            [
                entry(1, at: 0, 1, Change(notes: [Note(text: "一")])),
                entry(2, at: 1, 1, seen: [(0, 1)], depth: 2, Change(removals: removals(of: 1, [1]))),
            ]),
    ]

    static let words: [MergeCase] = [
        MergeCase(
            "words for staff, for the reporter, and for an audience of a later version",
            [
                entry(1, at: 0, 1, Change(notes: [0, 1, 7].map { Note(text: "一", audience: Audience(rawValue: $0)) })),
                entry(
                    2, at: 1, 1,
                    Change(
                        traces: [0, 1, .max].map {
                            Trace(stage: "handling", department: "", text: "一", audience: Audience(rawValue: $0))
                        })),
                entry(3, at: 2, 1, seen: [(0, 1)], depth: 2, Change(removals: removals(of: 1, [1]))),
            ])
    ]

    static let values: [MergeCase] = [
        MergeCase(
            "each kind of value",
            [
                entry(
                    1, at: 0, 1,
                    Change(fields: [
                        name("a_text"): .text(""), name("b_text"): .text("井盖"), name("c_integer"): .integer(0),
                        name("d_integer"): .integer(-1), name("e_integer"): .integer(.min),
                        name("f_integer"): .integer(.max), name("g_wgs84"): .location(location(.wgs84, 500)),
                        name("h_gcj02"): .location(location(.gcj02, 0)),
                        name("i_bd09"): .location(location(.bd09, .max)), name("j_cleared"): .cleared,
                        name("_"): .text("before a"), name("0"): .text("first"),
                    ]))
            ]),
        MergeCase(
            "an emptied field shows no value, and is a sibling",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, Change(fields: [.text: .cleared])),
                entry(3, at: 2, 1, Change(fields: [.text: .text("")])),
            ]),
        MergeCase(
            "a text and an integer are different values",
            [
                entry(1, at: 0, 1, text("1")), entry(2, at: 1, 1, Change(fields: [.text: .integer(1)])),
            ]),
        MergeCase(
            "equal points of two datums are different values",
            [
                entry(1, at: 0, 1, Change(fields: [.location: .location(location(.wgs84, 0))])),
                entry(2, at: 1, 1, Change(fields: [.location: .location(location(.gcj02, 0))])),
            ]),
        MergeCase(
            "one id, three kinds of value",
            [
                entry(1, at: 0, 1, text("1")), entry(1, at: 1, 1, Change(fields: [.text: .integer(1)])),
                entry(1, at: 2, 1, Change(fields: [.text: .cleared])),
            ]),
    ]

    static let versions: [MergeCase] = [
        MergeCase(
            "a version stops before a gap",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 0, 5, after: 3, seen: [(0, 3)], depth: 9, text("二")),
                entry(3, at: 0, 6, after: 5, seen: [(0, 5)], depth: 10, text("三")),
                entry(4, at: 1, 2, after: 1, text("四")), entry(5, at: 2, 7, text("五")),
            ]),
        MergeCase(
            "a version names entries of unknown kinds",
            [
                entry(1, at: 0, 1, text("一")),
                entry(2, at: 0, 2, after: 1, seen: [(0, 1)], depth: 2, kind: .unknown(9), Change()),
            ]),
        MergeCase(
            "a version's depth is one that counts",
            [
                entry(1, at: 0, 1, text("一")), entry(2, at: 1, 1, seen: [(0, 1)], depth: 1 << 40, text("二")),
            ]),
    ]

    private static let full = Change(
        notes: [Note(text: "note 0"), Note(text: "note 1")], traces: [trace("trace 2"), trace("trace 3")],
        attachments: [attachment(4), attachment(5)])

    private static func removals(of entry: UInt128, _ indexes: [UInt32]) -> Set<ElementID> {
        Set(indexes.map { ElementID(entry: EntryID(entry), index: $0) })
    }

    /// Filed at a corrected time, and allowed some hours.
    private static let facts = Trace(
        stage: "filed", department: "市政", text: "立案", assignee: "信息采集组", condition: "1", limit: "8 office hours",
        catalogue: "2026-1", calendar: "2026-2", timeMilliseconds: 1_790_000_000_000, uncertaintyMilliseconds: 40,
        untilMilliseconds: -1)

    private static func trace(_ text: String) -> Trace { Trace(stage: "dispatched", department: "市政", text: text) }

    private static func attachment(_ number: UInt8) -> Attachment {
        Attachment(blob: Chain.hash(entry: [number]), mediaType: "image/jpeg", byteCount: UInt64(number) << 20)
    }

    private static func detailed(
        _ number: UInt8, role: String = "", time: String = "", place: Location? = nil, heading: UInt32 = 0
    ) -> Attachment {
        var attachment = attachment(number)
        (attachment.role, attachment.capturedAt) = (role, time)
        (attachment.location, attachment.headingCentidegrees) = (place, heading)
        return attachment
    }

    private static func location(_ datum: Location.Datum, _ accuracy: UInt32) -> Location {
        Location(latitudeE7: -226_340_000, longitudeE7: 1_140_700_000, datum: datum, accuracyCentimetres: accuracy)
    }

    private static func name(_ text: String) -> FieldName { FieldName(rawValue: text) }
}
