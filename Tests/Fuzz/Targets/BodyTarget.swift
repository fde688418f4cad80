import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostWire

/// An HTTP input is refused with a problem, or makes an entry that every node can read.
enum BodyTarget {
    /// Input: a byte that says what the rest is.
    static func run(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let rest = bytes.dropFirst()
        switch kind % 5 {
        case 0:
            check(NewReport.self, rest) { report in
                checkContact(report.contact)
                return (report.author, report.content)
            }
        case 1: check(ReportEdit.self, rest) { ($0.author, $0.content(of: ReportID(1), seen: nil)) }
        case 2: check(NewNote.self, rest) { ($0.author, .note(on: ReportID(1), seen: nil, text: $0.text, $0.audience)) }
        case 3: checkTag(String(decoding: rest, as: UTF8.self))
        default: checkTime(String(decoding: rest, as: UTF8.self))
        }
    }

    static let examples: [[UInt8]] = [
        (
            0,
            """
            {"channel": "terminal", "priority": "urgent", "text": "楼道内电动车充电", "grid": "10014", "reporter": "P-7",
            "captured_at": "2018-05-01T08:30:00+08:00",
            "location": {"lat": 22.5, "lon": 114.1, "datum": "gcj02", "accuracy": 12.5}}
            """
        ),
        (
            0,
            #"{"id": "0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05", "channel": "suishoupai", "author": "\u4e2d", "text": ""}"#
        ),
        (0, #"{"channel": "sensor", "channel": "app", "\ud83d": [1e999, -0.0, null, {"a": {"a": 1}}]}"#),
        // This once broke it: the decoder skips strings that nobody asks for.
        (0, #"{"d": "0\u4e2\", "teauthoxt": "\}4e2d", "]t_xt": ""}"#),
        (0, #"{"channel": "terminal",}"#),
        (
            0,
            """
            {"channel": "suishoupai", "receipt": "5dfbabeedf318bf33c0927c43d7630f51b82f351740301354fa3d7fc51f0132e",
            "contact": {"name": "李阿姨", "phone": "13800138000"}}
            """
        ),
        (0, #"{"channel": "app", "receipt": "5D", "contact": {"name": "\u0000", "phone": ""}}"#),
        (2, #"{"text": "明天来修", "audience": "public"}"#),
        (0, #"{"channel": "app", "location": [1e999, -0], "captured_at": {"a": "\ud800"}}"#),
        (0, #"{"channel": "app", "location": {"lat": 1, "lon": 2, "accuracy": -1}, "captured_at": 01}"#),
        (1, #"{"set_aside": null, "location": {"lat": -0.0, "lon": 1e2}}"#),
        (1, #"{"stage": "handling", "department": "城管", "comment": "on the way", "author": "D-2", "grid": null}"#),
        (0, #"{"id": "00000000-0000-0000-0000-000000000000", "channel": "app"}"#),
        (2, #"{"text": "第二次了", "author": "R-1"}"#), (3, "AQAAAAAAAAAA"), (4, "2018-05-01T08:30:00.123+08:00"),
        (4, "0001-02-29T24:60:60Z"),
    ].map { [$0] + Array($1.utf8) }

    private static func check<Content: BodyContent>(
        _ type: Content.Type, _ bytes: ArraySlice<UInt8>,
        _ submitted: (Content) -> (author: String?, content: Submission.Content)
    ) {
        guard let body = try? JSONBody.decode(type, Array(bytes)) else { return }
        let (author, content) = submitted(body)
        // Refused by the intake, with a problem of its own.
        guard let change = try? content.change(), !change.isEmpty else { return }
        var report = ReportID(1)
        if case .report(let id?, _, _) = content { report = id }
        let origin = Origin(node: NodeID(Hash256(hashing: [])), incarnation: Incarnation(1))
        let entry = Entry(
            id: EntryID(1), dot: Dot(origin, 1), kind: .change, report: report, previousSeq: 0,
            context: VersionVector(), depth: 1, author: author ?? "",
            stamp: Stamp(wallMilliseconds: 1, boot: BootID(1), monotonicMilliseconds: 1), change: change)
        let codec = EntryCodec()
        let read = codec.open(codec.encode(entry), at: entry.dot)
        guard case .quarantined(let reason) = read.content else {
            precondition(read.entry == entry, "an accepted change reads differently in the journal")
            precondition(NewReportView.agrees(on: entry), "the answer depends on the way that a request takes")
            return
        }
        preconditionFailure("an accepted change is quarantined: \(reason)")
    }

    private static func checkContact(_ contact: Contact?) {
        guard let contact else { return }
        precondition(Contact(block: contact.block) == contact, "contact data changes when it is opened")
    }

    private static func checkTag(_ text: String) {
        guard let tag = EntityTag(text: text) else { return }
        precondition(tag.text == text, "two texts stand for one version")
    }

    private static func checkTime(_ text: String) {
        guard let time = Timestamp.milliseconds(text) else { return }
        guard let written = Timestamp.text(time) else { return }
        precondition(Timestamp.milliseconds(written) == time, "a time changes when it is written again")
    }
}
