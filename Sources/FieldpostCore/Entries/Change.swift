/// What an entry does to its report.
package struct Change: Hashable, Sendable {
    /// The fields set, each at most once.
    package var fields: [FieldName: FieldValue]
    package var notes: [Note]
    package var traces: [Trace]
    package var attachments: [Attachment]
    /// Elements of the sets above that the author saw and takes away.
    package var removals: Set<ElementID>

    package init(
        fields: [FieldName: FieldValue] = [:], notes: [Note] = [], traces: [Trace] = [],
        attachments: [Attachment] = [], removals: Set<ElementID> = []
    ) {
        self.fields = fields
        self.notes = notes
        self.traces = traces
        self.attachments = attachments
        self.removals = removals
    }

    package var isEmpty: Bool {
        fields.isEmpty && notes.isEmpty && traces.isEmpty && attachments.isEmpty && removals.isEmpty
    }
}

/// A field's name as it stands in entries. Names this program does not know are kept and merged like the rest.
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
    /// What a new report said of its place and time that cannot be: JSON, by the names of the values.
    package static let setAside = FieldName(rawValue: "set_aside")

    /// The fields that clients set, in the order people read them.
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
}

/// A point, with the datum it was measured in: it is converted once, for display, never on the way.
package struct Location: Hashable, Sendable {
    /// Degrees × 10⁷, −90…90 degrees.
    package var latitudeE7: Int32
    /// Degrees × 10⁷, −180…180 degrees.
    package var longitudeE7: Int32
    package var datum: Datum
    /// The radius the device vouches for, in centimetres; 0 when it does not say.
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
    package init(text: String) { self.text = text }
}

/// One step of handling: who passed the report to which stage and department, and why.
package struct Trace: Hashable, Sendable {
    package var stage: String
    package var department: String
    package var text: String

    package init(stage: String, department: String, text: String) {
        self.stage = stage
        self.department = department
        self.text = text
    }
}

/// A photo or clip, named by the SHA-256 of its bytes; the bytes travel apart from entries.
package struct Attachment: Hashable, Sendable {
    package var blob: Hash256
    package var mediaType: String
    package var byteCount: UInt64

    package init(blob: Hash256, mediaType: String, byteCount: UInt64) {
        self.blob = blob
        self.mediaType = mediaType
        self.byteCount = byteCount
    }
}

/// Names one element of a report's sets: the entry that added it and its place in that entry's list (notes, traces
/// and attachments counted in this order). By entry id, not by dot, since an entry may move to another dot.
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
