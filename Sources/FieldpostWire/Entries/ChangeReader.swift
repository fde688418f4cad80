import FieldpostCore

/// Reads the change of an entry. Elements are counted before they are kept. Field names and removals must be strictly
/// ascending.
enum ChangeReader {
    static func change(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Change {
        var change = Change()
        var fields: [(FieldName, FieldValue)] = []
        var lastRemoval: ElementID?
        var part = PartReader(
            bytes, in: range, known: EntryField.Change.cuts,
            repeated: EntryField.Change.fields...EntryField.Change.cuts)
        while let number = try part.next() {
            switch number {
            case EntryField.Change.fields:
                try count(fields.count, limit: Limits.changeFields, "fields")
                if fields.isEmpty { fields.reserveCapacity(usualFields) }
                let field = try field(bytes, part.part())
                if let last = fields.last, last.0 >= field.0 {
                    throw .malformed("the fields are not in the order of their names")
                }
                fields.append(field)
            case EntryField.Change.notes:
                try count(elements(of: change), limit: Limits.changeElements, "elements")
                change.notes.append(try note(bytes, part.part()))
            case EntryField.Change.traces:
                try count(elements(of: change), limit: Limits.changeElements, "elements")
                change.traces.append(try trace(bytes, part.part()))
            case EntryField.Change.attachments:
                try count(elements(of: change), limit: Limits.changeElements, "elements")
                change.attachments.append(try attachment(bytes, part.part()))
            case EntryField.Change.removals:
                try count(change.removals.count, limit: Limits.changeElements, "removals")
                let removal = try element(bytes, part.part())
                if let lastRemoval, lastRemoval >= removal { throw .malformed("the removals are not in order") }
                lastRemoval = removal
                change.removals.insert(removal)
            case EntryField.Change.cuts:
                try count(change.cuts.count, limit: Limits.changeElements, "cuts")
                let cut = try CutReader.cut(bytes, part.part())
                if let last = change.cuts.last, last.dot >= cut.dot { throw .malformed("the cuts are not in order") }
                change.cuts.append(cut)
            default: break
            }
        }
        change.fields = Dictionary(uniqueKeysWithValues: fields)
        return change
    }

    /// Those of a new report.
    private static let usualFields = 12

    private static func count(_ held: Int, limit: Int, _ what: String) throws(FieldFault) {
        guard held < limit else { throw .malformed("more than \(limit) \(what)") }
    }

    private static func elements(of change: Change) -> Int {
        change.notes.count + change.traces.count + change.attachments.count
    }

    private static func field(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> (FieldName, FieldValue) {
        var name = ""
        var value: FieldValue?
        var part = PartReader(bytes, in: range, known: EntryField.Field.cleared)
        while let number = try part.next() {
            let read: FieldValue?
            switch number {
            case EntryField.Field.name:
                name = try part.text(limit: Limits.shortTextBytes)
                read = nil
            case EntryField.Field.text: read = .text(try part.text(limit: Limits.textBytes))
            case EntryField.Field.integer: read = .integer(try part.zigzag())
            case EntryField.Field.location: read = .location(try LocationReader.location(bytes, part.part()))
            case EntryField.Field.cleared:
                guard try part.integer() == 1 else { throw .malformed("cleared is present but not true") }
                read = .cleared
            default: read = nil
            }
            if read != nil, value != nil { throw .malformed("a field with two values") }
            value = read ?? value
        }
        guard isName(name) else { throw .malformed("a field name with characters other than a to z, 0 to 9 and _") }
        guard let value else { throw .malformed("field \(name) has a value of an unknown type") }
        return (FieldName(rawValue: name), value)
    }

    /// Only ASCII, so that all languages sort names alike, and no two spellings look like one name.
    private static func isName(_ name: String) -> Bool {
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                continue
            default: return false
            }
        }
        return !name.isEmpty
    }

    private static func note(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Note {
        var note = Note(text: "")
        var part = PartReader(bytes, in: range, known: EntryField.Note.audience)
        while let number = try part.next() {
            switch number {
            case EntryField.Note.text: note.text = try part.text(limit: Limits.textBytes)
            case EntryField.Note.audience: note.audience = Audience(rawValue: try part.integer32())
            default: break
            }
        }
        return note
    }

    private static func trace(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Trace {
        var trace = Trace(stage: "", department: "", text: "")
        var part = PartReader(bytes, in: range, known: EntryField.Trace.audience)
        while let number = try part.next() {
            switch number {
            case EntryField.Trace.stage: trace.stage = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.department: trace.department = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.text: trace.text = try part.text(limit: Limits.textBytes)
            case EntryField.Trace.assignee: trace.assignee = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.condition: trace.condition = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.limit: trace.limit = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.catalogue: trace.catalogue = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.calendar: trace.calendar = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Trace.time: trace.timeMilliseconds = try part.zigzag()
            case EntryField.Trace.uncertainty: trace.uncertaintyMilliseconds = try part.integer()
            case EntryField.Trace.until: trace.untilMilliseconds = try part.zigzag()
            case EntryField.Trace.audience: trace.audience = Audience(rawValue: try part.integer32())
            default: break
            }
        }
        return trace
    }

    private static func attachment(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> Attachment {
        var blob: Hash256?
        var attachment = Attachment(blob: .zero, mediaType: "", byteCount: 0)
        var part = PartReader(bytes, in: range, known: EntryField.Attachment.heading)
        while let number = try part.next() {
            switch number {
            case EntryField.Attachment.blob: blob = try part.hash()
            case EntryField.Attachment.mediaType: attachment.mediaType = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Attachment.byteCount: attachment.byteCount = try part.integer()
            case EntryField.Attachment.role: attachment.role = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Attachment.capturedAt: attachment.capturedAt = try part.text(limit: Limits.shortTextBytes)
            case EntryField.Attachment.location:
                attachment.location = try LocationReader.location(bytes, part.part())
            case EntryField.Attachment.heading: attachment.headingCentidegrees = try part.integer32()
            default: break
            }
        }
        guard let blob else { throw .malformed("an attachment names no blob") }
        guard attachment.byteCount <= Limits.blobBytes else {
            throw .malformed("an attachment of \(attachment.byteCount) bytes")
        }
        guard Attachment.headings.contains(attachment.headingCentidegrees) else {
            throw .malformed("an attachment with a heading out of range")
        }
        attachment.blob = blob
        return attachment
    }

    private static func element(_ bytes: [UInt8], _ range: Range<Int>) throws(FieldFault) -> ElementID {
        var entry: EntryID?
        var index: UInt32 = 0
        var part = PartReader(bytes, in: range, known: EntryField.Element.index)
        while let number = try part.next() {
            switch number {
            case EntryField.Element.entry: entry = try part.id()
            case EntryField.Element.index: index = try part.integer32()
            default: break
            }
        }
        guard let entry else { throw .malformed("a removal names no entry") }
        return ElementID(entry: entry, index: index)
    }
}
