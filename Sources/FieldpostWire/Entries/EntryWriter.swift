import FieldpostCore

/// Writes an entry's bytes: fields in the order of their numbers, sets sorted, default values left out.
enum EntryWriter {
    /// Enough for an entry with a short text, so the array grows at most once.
    private static let usualBytes = 512

    static func bytes(of entry: Entry) -> [UInt8] {
        var writer = FieldWriter(reserving: usualBytes)
        writer.nested(EntryField.origin) { $0.raw(entry.dot.origin.append) }
        writer.integer(EntryField.seq, entry.dot.seq)
        writer.integer(EntryField.kind, UInt64(number(of: entry.kind)))
        writer.nested(EntryField.id) { $0.raw(entry.id.append) }
        writer.nested(EntryField.report) { $0.raw(entry.report.append) }
        writer.integer(EntryField.previousSeq, entry.previousSeq)
        for pair in entry.context.pairs {
            writer.nested(EntryField.context) {
                $0.nested(EntryField.Pair.origin) { $0.raw(pair.origin.append) }
                $0.integer(EntryField.Pair.seq, pair.seq)
            }
        }
        writer.integer(EntryField.depth, entry.depth)
        writer.text(EntryField.author, entry.author)
        writer.nested(EntryField.stamp) { write(entry.stamp, to: &$0) }
        if !entry.change.isEmpty { writer.nested(EntryField.change) { write(entry.change, to: &$0) } }
        return writer.bytes
    }

    private static func number(of kind: Entry.Kind) -> UInt32 {
        switch kind {
        case .change: 1
        case .incident: 2
        case .auditEvent: 3
        case .setting: 4
        case .unknown(let number): number
        }
    }

    private static func write(_ stamp: Stamp, to writer: inout FieldWriter) {
        writer.nested(EntryField.Stamp.boot) { $0.raw(stamp.boot.append) }
        writer.integer(EntryField.Stamp.wall, UInt64(bitPattern: stamp.wallMilliseconds))
        writer.integer(EntryField.Stamp.monotonic, stamp.monotonicMilliseconds)
    }

    private static func write(_ change: Change, to writer: inout FieldWriter) {
        for (name, value) in change.fields.sorted(by: { $0.key < $1.key }) {
            writer.nested(EntryField.Change.fields) {
                $0.text(EntryField.Field.name, name.rawValue)
                write(value, to: &$0)
            }
        }
        for note in change.notes {
            writer.nested(EntryField.Change.notes) {
                $0.text(EntryField.Note.text, note.text)
                $0.integer(EntryField.Note.audience, UInt64(note.audience.rawValue))
            }
        }
        for trace in change.traces {
            writer.nested(EntryField.Change.traces) {
                $0.text(EntryField.Trace.stage, trace.stage)
                $0.text(EntryField.Trace.department, trace.department)
                $0.text(EntryField.Trace.text, trace.text)
                $0.text(EntryField.Trace.assignee, trace.assignee)
                $0.text(EntryField.Trace.condition, trace.condition)
                $0.text(EntryField.Trace.limit, trace.limit)
                $0.text(EntryField.Trace.catalogue, trace.catalogue)
                $0.text(EntryField.Trace.calendar, trace.calendar)
                $0.zigzag(EntryField.Trace.time, trace.timeMilliseconds)
                $0.integer(EntryField.Trace.uncertainty, trace.uncertaintyMilliseconds)
                $0.zigzag(EntryField.Trace.until, trace.untilMilliseconds)
                $0.integer(EntryField.Trace.audience, UInt64(trace.audience.rawValue))
            }
        }
        for attachment in change.attachments {
            writer.nested(EntryField.Change.attachments) {
                $0.nested(EntryField.Attachment.blob) { $0.raw(attachment.blob.append) }
                $0.text(EntryField.Attachment.mediaType, attachment.mediaType)
                $0.integer(EntryField.Attachment.byteCount, attachment.byteCount)
                $0.text(EntryField.Attachment.role, attachment.role)
                $0.text(EntryField.Attachment.capturedAt, attachment.capturedAt)
                if let location = attachment.location {
                    $0.nested(EntryField.Attachment.location) { write(location, to: &$0) }
                }
                $0.integer(EntryField.Attachment.heading, UInt64(attachment.headingCentidegrees))
            }
        }
        for removal in change.removals.sorted() {
            writer.nested(EntryField.Change.removals) {
                $0.nested(EntryField.Element.entry) { $0.raw(removal.entry.append) }
                $0.integer(EntryField.Element.index, UInt64(removal.index))
            }
        }
        for cut in change.cuts.sorted(by: { $0.dot < $1.dot }) {
            writer.nested(EntryField.Change.cuts) { write(cut, to: &$0) }
        }
    }

    private static func write(_ cut: ContextCut, to writer: inout FieldWriter) {
        writer.nested(EntryField.Cut.origin) { $0.raw(cut.dot.origin.append) }
        writer.integer(EntryField.Cut.seq, cut.dot.seq)
        for (origin, seq) in cut.seqs.sorted(by: { $0.key < $1.key }) {
            writer.nested(EntryField.Cut.seqs) {
                $0.nested(EntryField.Pair.origin) { $0.raw(origin.append) }
                $0.integer(EntryField.Pair.seq, seq)
            }
        }
    }

    private static func write(_ value: FieldValue, to writer: inout FieldWriter) {
        switch value {
        case .text(let text): writer.alwaysText(EntryField.Field.text, text)
        case .integer(let number): writer.alwaysZigzag(EntryField.Field.integer, number)
        case .location(let location):
            writer.nested(EntryField.Field.location) { write(location, to: &$0) }
        case .cleared: writer.alwaysInteger(EntryField.Field.cleared, 1)
        }
    }

    private static func write(_ location: Location, to writer: inout FieldWriter) {
        writer.integer(EntryField.Location.datum, DatumNumber.number(of: location.datum))
        writer.zigzag(EntryField.Location.latitude, Int64(location.latitudeE7))
        writer.zigzag(EntryField.Location.longitude, Int64(location.longitudeE7))
        writer.integer(EntryField.Location.accuracy, UInt64(location.accuracyCentimetres))
    }
}

/// The numbers of the datums in entries.
enum DatumNumber {
    static func number(of datum: Location.Datum) -> UInt64 {
        switch datum {
        case .wgs84: 1
        case .gcj02: 2
        case .bd09: 3
        }
    }

    static func datum(of number: UInt64) -> Location.Datum? {
        Location.Datum.allCases.first { self.number(of: $0) == number }
    }
}
