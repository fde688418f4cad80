/// What an entry does to its report.
package struct Change: Hashable, Sendable {
    /// The fields set, each at most once.
    package var fields: [FieldName: FieldValue]
    package var notes: [Note]
    package var traces: [Trace]
    package var attachments: [Attachment]
    /// Elements of the lists above that the author saw and removes.
    package var removals: Set<ElementID>
    /// Statements that other entries of the report cannot have seen all that they claim.
    package var cuts: [ContextCut]

    package init(
        fields: [FieldName: FieldValue] = [:], notes: [Note] = [], traces: [Trace] = [],
        attachments: [Attachment] = [], removals: Set<ElementID> = [], cuts: [ContextCut] = []
    ) {
        self.fields = fields
        self.notes = notes
        self.traces = traces
        self.attachments = attachments
        self.removals = removals
        self.cuts = cuts
    }

    package var isEmpty: Bool {
        fields.isEmpty && notes.isEmpty && traces.isEmpty && attachments.isEmpty && removals.isEmpty
            && cuts.isEmpty
    }
}

/// A statement about another entry of the report: its author cannot have seen all that its context names, because those
/// seqs did not exist yet when the entry came. The context then counts only up to `seqs`. A cut can only make more
/// visible and hides nothing, so a cut by any author counts.
package struct ContextCut: Hashable, Sendable {
    /// The entry whose context is cut.
    package var dot: Dot
    /// For each named origin, the highest seq that still counts; 0 for none. Not empty.
    package var seqs: [Origin: UInt64]

    package init(dot: Dot, seqs: [Origin: UInt64]) {
        self.dot = dot
        self.seqs = seqs
    }
}

/// A field's name as entries contain it. Names that this program does not know are kept and merged like all others.
package struct FieldName: Hashable, Sendable, Comparable, RawRepresentable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let channel = FieldName(rawValue: "channel")
    package static let category = FieldName(rawValue: "category")
    package static let text = FieldName(rawValue: "text")
    package static let location = FieldName(rawValue: "location")
    package static let capturedAt = FieldName(rawValue: "captured_at")
    package static let device = FieldName(rawValue: "device")
    package static let reporter = FieldName(rawValue: "reporter")
    package static let priority = FieldName(rawValue: "priority")
    package static let grid = FieldName(rawValue: "grid")
    package static let stage = FieldName(rawValue: "stage")
    package static let department = FieldName(rawValue: "department")
    /// The person or group that takes the case's present task.
    package static let assignee = FieldName(rawValue: "assignee")
    /// The id of the report that this one joins (并案), as text.
    package static let original = FieldName(rawValue: "original")
    /// The impossible place or time that a new report gave, as JSON keyed by the names of the values.
    package static let setAside = FieldName(rawValue: "set_aside")

    /// The SHA-256 of the report's receipt, in hexadecimal digits (PROTOCOL.md, 5.15).
    package static let receipt = FieldName(rawValue: "receipt")
    /// Written when the reporter takes the report back. Whatever its value is, the report is hidden.
    package static let hidden = FieldName(rawValue: "hidden")
    /// How to reach the reporter, sealed to central's sealing key: a `SealedContact`.
    package static let contact = FieldName(rawValue: "contact")
    /// What the reporter says of the work: a code of `Rating`.
    package static let rating = FieldName(rawValue: "rating")

    /// The fields that clients set, in the order in which people read them.
    package static let known: [FieldName] = [
        .channel, .category, .text, .location, .capturedAt, .device, .reporter, .priority, .grid, .stage, .department,
    ]

    package static func < (left: FieldName, right: FieldName) -> Bool { left.rawValue < right.rawValue }
}

package enum FieldValue: Hashable, Sendable {
    case text(String)
    case integer(Int64)
    case location(Location)
    /// The field was emptied.
    case cleared

    /// The `priority` of an urgent report.
    package static let urgent = FieldValue.text("urgent")

    package static func == (left: FieldValue, right: FieldValue) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.hasSameBytes(as: right)
        case (.integer(let left), .integer(let right)): left == right
        case (.location(let left), .location(let right)): left == right
        case (.cleared, .cleared): true
        default: false
        }
    }

    /// The bytes of a text; 0 for other values.
    var textBytes: Int { if case .text(let text) = self { text.utf8.count } else { 0 } }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .text(let text): text.hashBytes(into: &hasher)
        case .integer(let number): hasher.combine(number)
        case .location(let location): hasher.combine(location)
        case .cleared: hasher.combine(0)
        }
    }
}

/// Texts of entries are compared byte by byte. `==` treats two spellings of one character (NFC and NFD) as equal, but
/// their bytes, hashes and digests differ.
extension String {
    package func hasSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }

    func hashBytes(into hasher: inout Hasher) {
        var text = self
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

/// A point, with the datum in which it was measured. It is converted only once, for display.
package struct Location: Hashable, Sendable {
    /// Degrees × 10⁷, −90…90 degrees.
    package var latitudeE7: Int32
    /// Degrees × 10⁷, −180…180 degrees.
    package var longitudeE7: Int32
    package var datum: Datum
    /// The accuracy that the device claims, as a radius in centimetres; 0 when the device does not say.
    package var accuracyCentimetres: UInt32

    package init(latitudeE7: Int32, longitudeE7: Int32, datum: Datum, accuracyCentimetres: UInt32) {
        self.latitudeE7 = latitudeE7
        self.longitudeE7 = longitudeE7
        self.datum = datum
        self.accuracyCentimetres = accuracyCentimetres
    }

    /// `wgs84`: satellite receivers. `gcj02`: Chinese phones and map kits, about 600 m off in Shenzhen. `bd09`: Baidu.
    package enum Datum: String, Hashable, Sendable, CaseIterable {
        case wgs84, gcj02, bd09
    }
}

package struct Note: Hashable, Sendable {
    package var text: String
    package var audience: Audience

    package init(text: String, audience: Audience = .inside) {
        self.text = text
        self.audience = audience
    }

    package static func == (left: Note, right: Note) -> Bool {
        left.text.hasSameBytes(as: right.text) && left.audience == right.audience
    }

    package func hash(into hasher: inout Hasher) {
        text.hashBytes(into: &hasher)
        hasher.combine(audience)
    }
}

/// Names one element of a report's lists: the entry that added it and its index in that entry (notes, traces and
/// attachments are counted in this order). It uses the entry id, not the dot, because an entry may move to another dot.
package struct ElementID: Hashable, Sendable, Comparable {
    package let entry: EntryID
    package let index: UInt32

    package init(entry: EntryID, index: UInt32) {
        self.entry = entry
        self.index = index
    }

    package static func < (left: ElementID, right: ElementID) -> Bool {
        (left.entry, left.index) < (right.entry, right.index)
    }
}
