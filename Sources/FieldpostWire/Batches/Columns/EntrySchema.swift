/// The parts of an entry, as far as the columns form knows them (PROTOCOL.md, 7.9).
enum EntryPart: UInt8 {
    case entry, pair, stamp, change, field, location, note, trace, attachment, element, cut

    /// What a field of this part holds, by its key: the field number and the wire type, in one byte. Nil for a key that
    /// this version does not know: the entry is then not split.
    func member(_ key: UInt8) -> Member? {
        key < 0x80 ? Self.members[Int(rawValue) << 7 | Int(key)] : nil
    }

    enum Member {
        case number(Column)
        case bytes(Column)
        case part(EntryPart)
        /// The name of a field of the change. It stands in the shape, because it says which column the value is in.
        case name
    }

    /// One column of a batch. `isNamed`: each name of a field has one of its own.
    enum Column: UInt8 {
        case whole, withheld
        case origins, seqs, kinds, ids, previousSeqs, depths, authors
        case pairSeqs, boots, walls, monotonics
        case texts, integers, cleared, datums, latitudes, longitudes, accuracies
        case notes, stages, departments, comments
        case blobs, mediaTypes, byteCounts, indexes, cutSeqs
        case roles, capturedTimes, headings
        case assignees, conditions, limits, catalogues, calendars, times, uncertainties, untils
        case noteAudiences, traceAudiences

        var isNamed: Bool { self == .texts || self == .integers }

        var isNumber: Bool {
            switch self {
            case .seqs, .kinds, .previousSeqs, .depths, .pairSeqs, .walls, .monotonics, .integers, .cleared, .datums,
                .latitudes, .longitudes, .accuracies, .byteCounts, .indexes, .cutSeqs, .headings, .times,
                .uncertainties, .untils, .noteAudiences, .traceAudiences:
                true
            default: false
            }
        }

        /// Whether its values are packed by `PackedText`.
        var isText: Bool {
            switch self {
            case .authors, .texts, .notes, .stages, .departments, .comments, .mediaTypes, .roles, .capturedTimes,
                .assignees, .conditions, .limits, .catalogues, .calendars:
                true
            default: false
            }
        }
    }

    static let members: [Member?] = {
        var members = [Member?](repeating: nil, count: 11 << 7)
        func set(_ part: EntryPart, _ number: Int, wireType: Int, _ member: Member) {
            members[Int(part.rawValue) << 7 | number << 3 | wireType] = member
        }
        func number(_ part: EntryPart, _ number: Int, _ column: Column) {
            set(part, number, wireType: 0, .number(column))
        }
        func bytes(_ part: EntryPart, _ number: Int, _ column: Column) {
            set(part, number, wireType: 2, .bytes(column))
        }
        func nested(_ part: EntryPart, _ number: Int, _ inner: EntryPart) {
            set(part, number, wireType: 2, .part(inner))
        }

        bytes(.entry, EntryField.origin, .origins)
        number(.entry, EntryField.seq, .seqs)
        number(.entry, EntryField.kind, .kinds)
        bytes(.entry, EntryField.id, .ids)
        bytes(.entry, EntryField.report, .ids)
        number(.entry, EntryField.previousSeq, .previousSeqs)
        nested(.entry, EntryField.context, .pair)
        number(.entry, EntryField.depth, .depths)
        bytes(.entry, EntryField.author, .authors)
        nested(.entry, EntryField.stamp, .stamp)
        nested(.entry, EntryField.change, .change)
        bytes(.pair, EntryField.Pair.origin, .origins)
        number(.pair, EntryField.Pair.seq, .pairSeqs)
        bytes(.stamp, EntryField.Stamp.boot, .boots)
        number(.stamp, EntryField.Stamp.wall, .walls)
        number(.stamp, EntryField.Stamp.monotonic, .monotonics)
        nested(.change, EntryField.Change.fields, .field)
        nested(.change, EntryField.Change.notes, .note)
        nested(.change, EntryField.Change.traces, .trace)
        nested(.change, EntryField.Change.attachments, .attachment)
        nested(.change, EntryField.Change.removals, .element)
        nested(.change, EntryField.Change.cuts, .cut)
        set(.field, EntryField.Field.name, wireType: 2, .name)
        bytes(.field, EntryField.Field.text, .texts)
        number(.field, EntryField.Field.integer, .integers)
        nested(.field, EntryField.Field.location, .location)
        number(.field, EntryField.Field.cleared, .cleared)
        number(.location, EntryField.Location.datum, .datums)
        number(.location, EntryField.Location.latitude, .latitudes)
        number(.location, EntryField.Location.longitude, .longitudes)
        number(.location, EntryField.Location.accuracy, .accuracies)
        bytes(.note, EntryField.Note.text, .notes)
        number(.note, EntryField.Note.audience, .noteAudiences)
        bytes(.trace, EntryField.Trace.stage, .stages)
        bytes(.trace, EntryField.Trace.department, .departments)
        bytes(.trace, EntryField.Trace.text, .comments)
        bytes(.trace, EntryField.Trace.assignee, .assignees)
        bytes(.trace, EntryField.Trace.condition, .conditions)
        bytes(.trace, EntryField.Trace.limit, .limits)
        bytes(.trace, EntryField.Trace.catalogue, .catalogues)
        bytes(.trace, EntryField.Trace.calendar, .calendars)
        number(.trace, EntryField.Trace.time, .times)
        number(.trace, EntryField.Trace.uncertainty, .uncertainties)
        number(.trace, EntryField.Trace.until, .untils)
        number(.trace, EntryField.Trace.audience, .traceAudiences)
        bytes(.attachment, EntryField.Attachment.blob, .blobs)
        bytes(.attachment, EntryField.Attachment.mediaType, .mediaTypes)
        number(.attachment, EntryField.Attachment.byteCount, .byteCounts)
        bytes(.attachment, EntryField.Attachment.role, .roles)
        bytes(.attachment, EntryField.Attachment.capturedAt, .capturedTimes)
        nested(.attachment, EntryField.Attachment.location, .location)
        number(.attachment, EntryField.Attachment.heading, .headings)
        bytes(.element, EntryField.Element.entry, .ids)
        number(.element, EntryField.Element.index, .indexes)
        bytes(.cut, EntryField.Cut.origin, .origins)
        number(.cut, EntryField.Cut.seq, .cutSeqs)
        nested(.cut, EntryField.Cut.seqs, .pair)
        return members
    }()
}
