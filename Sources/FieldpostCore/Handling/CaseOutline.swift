/// What is counted of a case, without deadlines: these also need calendars (`CaseFacts`). It follows from the entries
/// alone.
package struct CaseOutline: Hashable, Sendable {
    /// By the clock of the node that took the report, in milliseconds since 1970. 0 if there is no entry.
    var reported: Int64
    /// Nil if nobody took a step, or if so many entries handle the report that only its fields and times count.
    private(set) var progress: Progress?
    /// The last filing.
    private(set) var filed: Instant?
    /// The step that ended the case. Nil while it is open.
    private(set) var ended: Instant?
    private(set) var isVoid = false
    private(set) var isOpen = true

    struct Progress: Hashable, Sendable {
        /// Of the branch that is shown. Empty if there is none.
        let department: String
        let isSuspended: Bool
        let returns: Int
        let reworks: Int
        let extensions: Int
        let reopenings: Int
        let rounds: [StageRound]

        init(_ handling: Case) {
            func count(_ code: String) -> Int { handling.counts[code] ?? 0 }
            department = handling.branches.first?.department ?? ""
            isSuspended = handling.suspension != nil
            (returns, reworks) = (count("returned"), count("rework"))
            (extensions, reopenings) = (count("extended"), count("reopened"))
            rounds = handling.rounds
        }
    }

    init(reported: Int64) { self.reported = reported }

    /// What these entries, in causal order, say. `summary`: what they give. `handling`: nil for very many entries.
    mutating func follow(_ items: [MergeItem], _ summary: CaseSummary?, _ handling: Case?) {
        guard let summary else { return }
        progress = handling.map(Progress.init)
        filed = items.instant(of: "filed")
        isVoid = summary.stage == "voided"
        isOpen = summary.isOpen
        ended = isOpen ? nil : items.instant(of: summary.stage)
    }
}

extension [MergeItem] {
    /// When the last step with a code was taken: as its trace says, or by the clock of the node.
    fileprivate func instant(of code: String) -> Instant? {
        guard let entry = last(where: { $0.entry.change.fields[.stage] == .text(code) })?.entry else { return nil }
        let trace = entry.change.traces.first { $0.stage == code }
        guard let trace, trace.timeMilliseconds != 0 else { return Instant(milliseconds: entry.stamp.wallMilliseconds) }
        return Instant(
            milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
    }
}
