import FieldpostCore

@testable import FieldpostWire

/// The cases of quarantined entries in Protocol/must-reject.
enum MustRejectEntries {
    private static let sound = EntryCodec().encode(Samples.created)

    static let all: [MustRejectCase] = [
        .entry("entry-empty", "No bytes.", []),
        .entry("entry-truncated", "The last byte is missing.", [.init(Array(sound.dropLast()))]),
        .entry("entry-random", "A field numbered 0.", [.init([0, 0, 0, 0])]),
        .entry("entry-origin-47", "An origin of 47 bytes.", [.init(joined([0x0A, 47], sound[2..<49], sound[50...]))]),
        .entry(
            "entry-field-order", "The seq stands before the origin.",
            [.init(joined(sound[50..<52], sound[..<50], sound[52...]))]),
        .entry("entry-field-twice", "The seq stands twice.", [.init(joined(sound[..<52], sound[50...]))]),
        .entry(
            "entry-context-65000", "A context of 65,000 empty pairs.",
            [.init(upToClock), .init([0x3A, 0x00], times: 65_000), .init(afterClock)]),
        .entry(
            "entry-context-65000-origins", "A context of 65,000 pairs, each with the same origin and seq 1.",
            [.init(upToClock), .init(pair, times: 65_000), .init(afterClock)]),
        altered("entry-context-257", "A context of 257 origins.") {
            for index in 0...UInt128(Limits.contextOrigins) {
                $0.context.include(Dot(Origin(node: Samples.central.node, incarnation: Incarnation(index)), 1))
            }
        },
        .entry("entry-text-not-utf-8", "The text holds the byte FF.", [.init(withBadText)]),
        altered("entry-text-24577", "A text of 24,577 bytes.") {
            $0.change.fields[.text] = .text(String(repeating: "a", count: Limits.textBytes + 1))
        },
        altered("entry-fields-65", "65 fields.") {
            for index in 0..<UInt32(Limits.changeFields) {
                $0.change.fields[FieldName(rawValue: "x\(index)")] = .cleared
            }
        },
        altered("entry-name-capital", "A field named Text.") {
            $0.change.fields[FieldName(rawValue: "Text")] = .cleared
        },
        altered("entry-previous-seq", "It names itself as its previous.") { $0.previousSeq = 1 },
        altered("entry-depth-0", "Depth 0.") { $0.depth = 0 },
        altered("entry-covers-itself", "Its clock covers its own dot.") { $0.context.include($0.dot) },
        altered("entry-report-0", "A change of the report of 16 zeros.") { $0.report = .none },
        incident("incident-report", "An incident that names a report.") { $0.report = Samples.report },
        incident("incident-context", "An incident with a context.") { $0.context.include(Samples.editedAtCentral.dot) },
        incident("incident-depth-2", "An incident at depth 2.") { $0.depth = 2 },
        incident("incident-no-note", "An incident without a change.") { $0.change = Change() },
        incident("incident-notes-2", "An incident with two notes.") { $0.change.notes += $0.change.notes },
        incident("incident-field", "An incident that sets a field.") { $0.change.fields[.text] = .cleared },
        auditEvent("audit-event-report", "An audit event that names a report.") { $0.report = Samples.report },
        auditEvent("audit-event-context", "An audit event with a context.") {
            $0.context.include(Samples.editedAtCentral.dot)
        },
        auditEvent("audit-event-no-note", "An audit event without a note.") { $0.change.notes = [] },
        auditEvent("audit-event-notes-2", "An audit event with two notes.") { $0.change.notes += $0.change.notes },
        auditEvent("audit-event-previous-seq", "An audit event at seq 1 that names an entry before it.") {
            $0.previousSeq = 1
        },
        auditEvent("audit-event-removal", "An audit event that removes an element.") {
            $0.change.removals = [ElementID(entry: Samples.created.id, index: 0)]
        },
        auditEvent("audit-event-trace", "An audit event with a trace.") {
            $0.change.traces = [Trace(stage: "a", department: "b", text: "c")]
        },
        setting("setting-report", "A setting that names a report.") { $0.report = Samples.report },
        setting("setting-context", "A setting with a context.") { $0.context.include(Samples.editedAtCentral.dot) },
        setting("setting-no-name", "A setting without a name.") { $0.change.fields = [:] },
        setting("setting-name-capital", "A setting named Calendar.") {
            $0.change.fields = [.setting: .text("Calendar")]
        },
        setting("setting-two-fields", "A setting with another field.") { $0.change.fields[.text] = .text("a") },
        setting("setting-no-text", "A setting without a text.") { $0.change.notes = [] },
        setting("setting-empty-text", "A setting whose text is empty.") { $0.change.notes = [Note(text: "")] },
        setting("setting-notes-9", "A setting whose text is in nine notes.") {
            $0.change.notes = (1...9).map { Note(text: "\($0)") }
        },
        setting("setting-trace", "A setting with a trace.") {
            $0.change.traces = [Trace(stage: "a", department: "b", text: "c")]
        },
        .entry("entry-cleared-false", "A field with cleared = 0.", [.init(withClearedFalse)]),
        .entry("entry-two-values", "A field that is cleared and has a text.", [.init(withTwoValues)]),
        .entry("entry-without-stamp", "No stamp.", [.init(withoutStamp)]),
        .entry("entry-stamp-without-boot", "A stamp without a boot.", [.init(withoutStamp + [0x52, 2, 0x18, 1])]),
        altered("entry-kind-0", "No kind.") { $0.kind = .unknown(0) },
        altered("entry-cut-nothing", "A cut that names no origin.") {
            $0.change.cuts = [ContextCut(dot: Samples.editedAtCentral.dot, seqs: [:])]
        },
        altered("entry-cut-twice", "Two cuts of one entry.") {
            let cut = ContextCut(dot: Samples.editedAtCentral.dot, seqs: [Samples.editedAtCentral.dot.origin: 0])
            $0.change.cuts = [cut, cut]
        },
        altered("entry-cuts-65", "65 cuts.") {
            $0.change.cuts = (1...UInt64(Limits.changeElements) + 1).map {
                ContextCut(dot: Dot(Samples.central, $0), seqs: [Samples.central: 0])
            }
        },
    ]

    /// The valid entry has no context: its fields are 1 to 5, then 8 and up.
    private static let upToClock = Array(sound[..<clockAt])
    private static let afterClock = Array(sound[clockAt...])
    /// Origin (50 bytes), seq (2), kind (2), id (18), report (18).
    private static let clockAt = 90

    private static let pair = joined([0x3A, 52, 0x0A, 48], Samples.origin.bytes[...], [0x10, 1])

    private static func joined(_ pieces: ArraySlice<UInt8>...) -> [UInt8] { Array(pieces.joined()) }

    private static let withBadText: [UInt8] = {
        var bytes = sound
        let text = Array("人行道".utf8)
        let at = bytes.indices.first { bytes[$0...].starts(with: text) } ?? 0
        bytes[at] = 0xFF
        return bytes
    }()

    /// Without stamp and change, which come last.
    private static let withoutStamp: [UInt8] = {
        var entry = Samples.created
        entry.change = Change()
        let bytes = EntryCodec().encode(entry)
        let stamp = [UInt8]([0x52, 30, 0x0A, 16]) + Samples.boot.bytes
        let at = bytes.indices.first { bytes[$0...].starts(with: stamp) } ?? 0
        return Array(bytes[..<at])
    }()

    private static func changed(_ field: [UInt8]) -> [UInt8] {
        var entry = Samples.created
        entry.change = Change()
        return EntryCodec().encode(entry) + [0x5A, UInt8(field.count + 2), 0x0A, UInt8(field.count)] + field
    }

    private static let withClearedFalse = changed([0x0A, 1, 0x78, 0x28, 0])
    private static let withTwoValues = changed([0x0A, 1, 0x78, 0x12, 1, 0x61, 0x28, 1])

    private static func altered(
        _ name: String, _ description: String, _ alter: (inout Entry) -> Void
    ) -> MustRejectCase {
        var entry = Samples.created
        alter(&entry)
        return .entry(name, description, [.init(EntryCodec().encode(entry))])
    }

    private static func incident(
        _ name: String, _ description: String, _ alter: (inout Entry) -> Void
    ) -> MustRejectCase {
        outsideReports(Samples.incident, name, description, alter)
    }

    private static func auditEvent(
        _ name: String, _ description: String, _ alter: (inout Entry) -> Void
    ) -> MustRejectCase {
        outsideReports(Samples.event, name, description, alter)
    }

    private static func setting(
        _ name: String, _ description: String, _ alter: (inout Entry) -> Void
    ) -> MustRejectCase {
        outsideReports(Samples.setting, name, description, alter)
    }

    private static func outsideReports(
        _ entry: Entry, _ name: String, _ description: String, _ alter: (inout Entry) -> Void
    ) -> MustRejectCase {
        var entry = entry
        entry.dot = Samples.created.dot
        alter(&entry)
        return .entry(name, description, [.init(EntryCodec().encode(entry))])
    }
}
