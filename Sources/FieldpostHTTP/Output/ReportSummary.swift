import FieldpostCore

/// A report in a listing.
struct ReportSummary: Encodable {
    let id: String
    /// The `ETag` of the report, without its quotes.
    let version: String
    /// When its node took it in, by that node's clock. Nil if its first entry is missing.
    let reportedAt: String?
    /// The values shown. Fields that were never set, or were emptied, are left out.
    let fields: [String: ValueView]
    /// The meanings of the codes among the values.
    let labels: [String: Label]
    let conflict: Bool
    /// The fields in conflict, each with all its values. The first value is the one in `fields`.
    let siblings: [String: [SiblingView]]
    /// The numbers of notes, traces and attachments.
    let notes: Int
    let traces: Int
    let attachments: Int
    /// How many residents follow it. Nil for none.
    let followers: Int?
    /// Entry ids that were used for different content.
    let idReused: [String]
    /// Whether entries of this report are known to be missing here.
    let incomplete: Bool

    private enum CodingKeys: String, CodingKey {
        case id, version, fields, labels, conflict, siblings, notes, traces, attachments, followers, incomplete
        case reportedAt = "reported_at"
    }

    init(_ report: ReportOverview, clocks: ClockCorrections, catalogue: Catalogue) {
        id = report.id.description
        version = EntityTag(report.version).text
        reportedAt = report.reportedAt.flatMap { Timestamp.text($0) }
        let shown = report.fields.compactMapValues { $0.winner.value == .cleared ? nil : $0.winner.value }
        fields = ValueView.all(shown)
        labels = shown.reduce(into: [:]) { $0[$1.key.rawValue] = Label($1.key, $1.value, catalogue) }
        conflict = report.isConflict
        let inConflict = report.fields.filter { $0.key.mayConflict && $0.value.isConflict }
        siblings = inConflict.reduce(into: [:]) { siblings, field in
            siblings[field.key.rawValue] = field.value.siblings.map {
                SiblingView($0, field: field.key, clocks: clocks, catalogue: catalogue)
            }
        }
        notes = report.counts.notes
        traces = report.counts.traces
        attachments = report.counts.attachments
        let count = report.fields.followerCount
        followers = count == 0 ? nil : count
        idReused = report.reusedIDs.sorted().map(\.description)
        incomplete = !report.gaps.isEmpty
    }
}
