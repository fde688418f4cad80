/// A report without its lists: the registers of its fields, and the sizes of the lists.
package struct ReportOverview: Hashable, Sendable {
    package let id: ReportID
    package let fields: [FieldName: Register]
    package let version: ReportVersion
    package let gaps: [Origin]
    package let counts: MergeState.Counts
    package let reusedIDs: Set<EntryID>
    /// Nil if nobody took a step of handling.
    package let summary: CaseSummary?
    let outline: CaseOutline

    /// Whether a value that stands says that the report is urgent.
    package var isUrgent: Bool {
        fields[.priority]?.siblings.contains { $0.value == .urgent } ?? false
    }

    /// Whether its case is open, as that of a report is for which nobody took a step.
    package var isOpen: Bool { summary?.isOpen ?? true }

    /// By the clock of the node that took the report, in milliseconds since 1970. Nil if its first entry is missing.
    package var reportedAt: Int64? { outline.reported == 0 ? nil : outline.reported }

    package var isConflict: Bool { fields.isConflict }

    /// Whether people disagree: about how it is handled, or about a field. Two stages that stand side by side do not
    /// disagree if one only goes further than the other.
    package var isDisputed: Bool {
        summary?.isDisputed == true || fields.filter { $0.key != .stage }.isConflict
    }
}

extension Report {
    package var overview: ReportOverview {
        ReportOverview(
            id: id, fields: fields, version: version, gaps: gaps,
            counts: MergeState.Counts(
                entries: history.count, notes: notes.count, traces: traces.count, attachments: attachments.count),
            reusedIDs: reusedIDs, summary: summary, outline: outline)
    }
}

extension MergeState {
    package var overview: ReportOverview {
        ReportOverview(
            id: report, fields: fields, version: version, gaps: gaps, counts: counts, reusedIDs: reusedIDs,
            summary: summary, outline: outline)
    }
}
