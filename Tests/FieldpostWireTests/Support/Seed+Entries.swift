import FieldpostCore
import FieldpostWire

extension Seed {
    mutating func entry() -> Entry { number(0...9) == 0 ? incident() : changeEntry() }

    /// An entry with any bytes, valid or not, or withheld.
    mutating func packedEntry() -> PackedEntry {
        switch number(0...2) {
        case 0: .bytes(EntryCodec().encode(entry()))
        case 1: .bytes(bytes(number(1...300)))
        default: .withheld(hash())
        }
    }

    private mutating func incident() -> Entry {
        Entry(
            id: id(), dot: Dot(origin(), seq()), kind: .incident, report: .none, previousSeq: 0,
            context: VersionVector(), depth: 1, author: text(20), stamp: stamp(),
            change: Change(notes: [Note(text: text(40))]))
    }

    mutating func changeEntry() -> Entry {
        let dot = Dot(origin(), seq())
        var context = VersionVector((0..<number(0...3)).map { _ in (origin(), seq()) })
        if dot.seq > 1, flip() { context.include(Dot(dot.origin, dot.seq - 1)) }
        return Entry(
            id: id(), dot: dot, report: id(), previousSeq: flip() ? 0 : dot.seq - 1, context: context,
            depth: next() % Limits.depth + 1, author: text(20),
            stamp: stamp(), change: change())
    }

    private mutating func stamp() -> Stamp {
        Stamp(wallMilliseconds: Int64(bitPattern: next()), boot: id(), monotonicMilliseconds: next() >> 20)
    }

    private mutating func trace() -> Trace {
        var trace = Trace(stage: text(10), department: text(10), text: text(40), audience: audience())
        guard flip() else { return trace }
        trace.assignee = flip() ? text(10) : ""
        (trace.condition, trace.limit) = (text(5), flip() ? "16 office hours" : "")
        (trace.catalogue, trace.calendar) = (text(5), text(5))
        trace.timeMilliseconds = Int64(bitPattern: next())
        trace.uncertaintyMilliseconds = flip() ? next() : 0
        trace.untilMilliseconds = flip() ? Int64(bitPattern: next()) : 0
        return trace
    }

    private mutating func audience() -> Audience {
        flip() ? .inside : flip() ? .everyone : Audience(rawValue: UInt32(truncatingIfNeeded: next()))
    }

    mutating func change() -> Change {
        Change(
            fields: Dictionary(list(12) { ($0.fieldName(), $0.fieldValue()) }) { first, _ in first },
            notes: list(3) { Note(text: $0.text(40), audience: $0.audience()) },
            traces: list(3) { $0.trace() },
            attachments: list(3) {
                var attachment = Attachment(blob: $0.hash(), mediaType: "image/jpeg", byteCount: $0.next() >> 30)
                guard $0.flip() else { return attachment }
                attachment.role = $0.flip() ? "scene" : $0.text(10)
                attachment.capturedAt = $0.flip() ? "2026-11-29T08:30:15" : ""
                attachment.location = $0.flip() ? $0.location() : nil
                attachment.headingCentidegrees = UInt32($0.number(0...36_000))
                return attachment
            },
            removals: Set(list(3) { ElementID(entry: $0.id(), index: UInt32($0.number(0...200))) }))
    }

    private mutating func fieldName() -> FieldName {
        flip() ? FieldName.known[number(0...FieldName.known.count - 1)] : FieldName(rawValue: "x_\(number(0...99))")
    }

    private mutating func fieldValue() -> FieldValue {
        switch number(0...3) {
        case 0: .text(text(60))
        case 1: .integer(Int64(bitPattern: next()))
        case 2: .location(location())
        default: .cleared
        }
    }

    private mutating func location() -> Location {
        Location(
            latitudeE7: Int32(number(-900_000_000...900_000_000)),
            longitudeE7: Int32(number(-1_800_000_000...1_800_000_000)),
            datum: Location.Datum.allCases[number(0...2)], accuracyCentimetres: UInt32(number(0...100_000)))
    }
}
