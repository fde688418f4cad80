import FieldpostCore
import Testing

/// One error in an entry.
struct Flaw: CustomTestStringConvertible {
    let testDescription: String
    let apply: @Sendable (inout Entry) -> Void

    static let all: [Flaw] = [
        Flaw("a text too long") {
            $0.change.fields[.text] = .text(String(repeating: "a", count: Limits.textBytes + 1))
        },
        Flaw("an author too long") { $0.author = String(repeating: "a", count: Limits.shortTextBytes + 1) },
        Flaw("a field name with a capital") { $0.change.fields[FieldName(rawValue: "Text")] = .cleared },
        Flaw("a field name that is empty") { $0.change.fields[FieldName(rawValue: "")] = .cleared },
        Flaw("too many fields") {
            for index in 0...Limits.changeFields { $0.change.fields[FieldName(rawValue: "x\(index)")] = .cleared }
        },
        Flaw("too many elements") {
            $0.change.notes = Array(repeating: Note(text: "n"), count: Limits.changeElements)
            $0.change.traces = [Trace(stage: "closed", department: "", text: "")]
        },
        Flaw("too many removals") {
            for index in 0...Limits.changeElements {
                $0.change.removals.insert(ElementID(entry: EntryID(1), index: UInt32(index)))
            }
        },
        Flaw("a clock of 257 origins") {
            for index in 0...UInt128(Limits.contextOrigins) {
                $0.context.include(Dot(Origin(node: NodeID(.zero), incarnation: Incarnation(index)), 1))
            }
        },
        Flaw("depth 0") { $0.depth = 0 },
        Flaw("a depth out of range") { $0.depth = Limits.depth + 1 },
        Flaw("a seq in the context out of range") { $0.context.include(Dot($0.dot.origin, Limits.seq + 1)) },
        Flaw("a clock that covers the entry itself") { $0.context.include($0.dot) },
        Flaw("a latitude beyond the pole") {
            let point = Location(latitudeE7: 900_000_001, longitudeE7: 0, datum: .wgs84, accuracyCentimetres: 0)
            $0.change.fields[.location] = .location(point)
        },
        Flaw("a blob too large") {
            $0.change.attachments = [Attachment(blob: .zero, mediaType: "", byteCount: Limits.blobBytes + 1)]
        },
        Flaw("an attachment beyond the pole") {
            let point = Location(latitudeE7: -900_000_001, longitudeE7: 0, datum: .wgs84, accuracyCentimetres: 0)
            $0.change.attachments = [Attachment(blob: .zero, mediaType: "", byteCount: 1, location: point)]
        },
        Flaw("a heading out of range") {
            $0.change.attachments = [Attachment(blob: .zero, mediaType: "", byteCount: 1, headingCentidegrees: 36_001)]
        },
        Flaw("a captured time too long") {
            let text = String(repeating: "2", count: Limits.shortTextBytes + 1)
            $0.change.attachments = [Attachment(blob: .zero, mediaType: "", byteCount: 1, capturedAt: text)]
        },
        Flaw("no report") { $0.report = .none },
        Flaw("kind 0") { $0.kind = .unknown(0) },
        Flaw("an entry too large") {
            $0.change.notes = Array(
                repeating: Note(text: String(repeating: "a", count: Limits.textBytes)),
                count: Limits.entryBytes / Limits.textBytes + 1)
        },
    ]

    /// The errors that an incident must not have.
    static let ofIncidents: [Flaw] = [
        Flaw("a report") { $0.report = Samples.report },
        Flaw("a previous seq") { $0.previousSeq = 1 },
        Flaw("a clock") { $0.context.include(Dot(Samples.central, 1)) },
        Flaw("depth 2") { $0.depth = 2 },
        Flaw("no change") { $0.change = Change() },
        Flaw("two notes") { $0.change.notes.append(Note(text: "n")) },
        Flaw("a field beside the note") { $0.change.fields[.text] = .text("t") },
        Flaw("a trace beside the note") { $0.change.traces = [Trace(stage: "", department: "", text: "")] },
        Flaw("an attachment instead of the note") {
            $0.change = Change(attachments: [Attachment(blob: .zero, mediaType: "", byteCount: 1)])
        },
        Flaw("a removal beside the note") { $0.change.removals.insert(ElementID(entry: EntryID(1), index: 0)) },
    ]

    private init(_ description: String, _ apply: @escaping @Sendable (inout Entry) -> Void) {
        testDescription = description
        self.apply = apply
    }
}
