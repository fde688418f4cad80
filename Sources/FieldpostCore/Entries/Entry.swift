/// One immutable change in a journal, kept and relayed byte for byte (`SealedEntry` holds those bytes).
package struct Entry: Hashable, Sendable {
    package var id: EntryID
    package var dot: Dot
    package var kind: Kind
    package var report: ReportID
    /// The seq of the previous entry of this origin for the same report; 0 when this is its first.
    package var previousSeq: UInt64
    /// The causal context: what the author had seen of the report when writing.
    package var context: VersionVector
    /// One more than the greatest depth among the entries of the report that the author had seen; 1 for the first.
    package var depth: UInt64
    /// Who made the change, as the terminal or console names its user. Only for display.
    package var author: String
    package var stamp: Stamp
    package var change: Change

    package init(
        id: EntryID, dot: Dot, kind: Kind = .change, report: ReportID, previousSeq: UInt64, context: VersionVector,
        depth: UInt64, author: String, stamp: Stamp, change: Change
    ) {
        self.id = id
        self.dot = dot
        self.kind = kind
        self.report = report
        self.previousSeq = previousSeq
        self.context = context
        self.depth = depth
        self.author = author
        self.stamp = stamp
        self.change = change
    }

    /// What an entry is about. An entry of an unknown kind is kept and relayed, and changes no field.
    package enum Kind: Hashable, Sendable {
        case change
        /// What happened to the journal itself (a restore, a fork, a repair), described in its one note. It belongs to
        /// no report: its report id is `ReportID.none`.
        case incident
        /// What an administrator of a node did, described in its one note. If it grants or removes access, its fields
        /// store an `AuditEvent`. It belongs to no report. It counts only in the journal of the node that wrote it.
        case auditEvent
        /// One version of a setting of central (`CentralSetting`). It belongs to no report. It goes to every gateway,
        /// and counts only if central wrote it.
        case setting
        case unknown(UInt32)

        /// Whether the entry belongs to a report.
        package var concernsReport: Bool {
            switch self {
            case .change, .unknown: true
            case .incident, .auditEvent, .setting: false
            }
        }
    }

    /// Whether two entries are copies of one write: the same id, report, author and change, byte by byte. Their dots,
    /// contexts and times may differ (after a retry at another node, or a move).
    package func saysTheSame(as other: Entry) -> Bool {
        id == other.id && kind == other.kind && report == other.report && author.hasSameBytes(as: other.author)
            && change == other.change
    }

    /// Why the parts of an entry contradict each other, or nil. Such an entry is quarantined, not merged.
    package var defect: String? {
        if dot.seq == 0 { return "seq is 0" }
        if dot.seq > Limits.seq { return "seq \(dot.seq) is out of range" }
        if previousSeq >= dot.seq { return "previous seq \(previousSeq) is not before seq \(dot.seq)" }
        if context.covers(dot) { return "the context covers the entry's own dot" }
        if context.count > Limits.contextOrigins { return "the context names \(context.count) origins" }
        if depth == 0 || depth > Limits.depth { return "depth \(depth) is out of range" }
        switch kind {
        case .change: return report == .none ? "it names no report" : nil
        case .incident: return defectOutsideReports("an incident", depth: 1) ?? defectOfNote("incident", fields: [:])
        case .auditEvent:
            return defectOutsideReports("an audit event", depth: depth)
                ?? defectOfNote("audit event", fields: change.fields)
        case .setting:
            return defectOutsideReports("a setting", depth: depth)
                ?? (CentralSetting(change) == nil ? "a setting without a name and a text" : nil)
        case .unknown: return nil
        }
    }

    /// Such an entry belongs to no report and has no context.
    private func defectOutsideReports(_ kind: String, depth allowed: UInt64) -> String? {
        if report != .none { return "\(kind) that names a report" }
        if previousSeq != 0 || context.count != 0 || depth != allowed { return "\(kind) that follows other entries" }
        return nil
    }

    /// Such an entry has exactly one note.
    private func defectOfNote(_ kind: String, fields: [FieldName: FieldValue]) -> String? {
        let told = Change(fields: fields, notes: Array(change.notes.prefix(1)))
        return change.notes.isEmpty || change != told ? "an \(kind) that does not have exactly one note" : nil
    }
}

/// When a change was made, by the clocks of the node that accepted it. For display and later correction, never for
/// ordering.
package struct Stamp: Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z by the wall clock, which may be wrong by years.
    package var wallMilliseconds: Int64
    package var boot: BootID
    /// Milliseconds since that boot.
    package var monotonicMilliseconds: UInt64

    package init(wallMilliseconds: Int64, boot: BootID, monotonicMilliseconds: UInt64) {
        self.wallMilliseconds = wallMilliseconds
        self.boot = boot
        self.monotonicMilliseconds = monotonicMilliseconds
    }

    /// Seconds from here to a later stamp. Nil if nobody can say: the clocks do not fit.
    package func seconds(to later: Stamp) -> UInt64? {
        if boot == later.boot, later.monotonicMilliseconds >= monotonicMilliseconds {
            return (later.monotonicMilliseconds - monotonicMilliseconds) / 1000
        }
        let (span, overflow) = later.wallMilliseconds.subtractingReportingOverflow(wallMilliseconds)
        return overflow || span < 0 ? nil : UInt64(span) / 1000
    }

    /// For a moment that nobody measured.
    package static let unknown = Stamp(wallMilliseconds: 0, boot: BootID(0), monotonicMilliseconds: 0)
}
