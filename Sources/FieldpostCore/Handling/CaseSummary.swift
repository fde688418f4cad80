/// What lists find a case by: where it stands, for whom it waits, and until when (Protocol/HANDLING.md, section 5).
///
/// It follows from the entries alone. It reads no clock, so it changes only when an entry comes.
package struct CaseSummary: Hashable, Sendable {
    /// The code of the stage that is shown.
    package let stage: String
    package let isOpen: Bool
    /// Steps that cannot both be right stand side by side.
    package let isDisputed: Bool
    /// The codes of all stages at which the open case stands, the shown one first. Empty once it has ended, as are the
    /// next three.
    package let stages: [String]
    /// The departments that have something to do.
    package let departments: [String]
    /// Whoever took the present task, or was given it.
    package let assignees: [String]
    /// The work groups whose turn it is.
    package let groups: [Workflow.Actor]
    /// The time of the whole open case. Nil if there is no limit or nobody knows when it was filed.
    package let clock: CaseClock?

    /// Nil if nobody took a step.
    package init?(_ handling: Case) {
        guard !handling.counts.isEmpty else { return nil }
        stage = handling.stage
        isOpen = handling.isOpen
        isDisputed = !handling.disputes.isEmpty
        guard handling.isOpen else {
            (stages, departments, assignees, groups, clock) = ([], [], [], [], nil)
            return
        }
        let codes = handling.branches.map(\.stage)
        stages = Self.distinct(codes.isEmpty ? [handling.stage] : codes)
        departments = Self.distinct(handling.departments)
        assignees = Self.distinct(handling.assignees.map(\.trace.assignee))
        groups = codes.isEmpty ? [.dispatcher] : handling.groups
        clock = handling.clock
    }

    /// A case with very many steps. Folding all of them for each further one would cost too much, so lists show only
    /// what its fields say, as disputed: a person looks at it.
    private init(ofFields fields: [FieldName: Register]) {
        stage = fields.text(of: .stage) ?? Workflow.standard.first.code
        let kind = Workflow.standard[stage]?.kind
        isOpen = kind != .final && kind != .end
        isDisputed = true
        stages = isOpen ? [stage] : []
        departments = isOpen ? [fields.text(of: .department)].compactMap(\.self) : []
        assignees = []
        groups = isOpen ? [.dispatcher] : []
        clock = nil
    }

    /// From the entries that handle a report (`MergeItem.handles`). Nil if nobody took a step. `handling`: the case, or
    /// nil if there are very many entries (`Case.ofFew`).
    init?(_ items: [MergeItem], fields: [FieldName: Register], handling: Case?) {
        if let handling {
            self.init(handling)
        } else {
            guard items.contains(where: { CaseStep($0) != nil }) else { return nil }
            self.init(ofFields: fields)
        }
    }

    /// The deadline in force. Nil while the time stands still, and by a calendar that is not known.
    package func deadline(_ calendar: (_ version: String) throws -> WorkCalendar?) rethrows -> CaseDeadline? {
        guard let clock, let calendar = try calendar(clock.calendar) else { return nil }
        return clock.deadline(calendar: calendar)
    }

    /// The first few different texts that are not empty.
    private static func distinct(_ texts: [String]) -> [String] {
        var found: [String] = []
        for text in texts where !text.isEmpty && !found.contains(where: { $0.hasSameBytes(as: text) }) {
            found.append(text)
            if found.count == Limits.summarizedNames { break }
        }
        return found
    }
}

/// When a case is due, as instants that do not depend on the present.
package struct CaseDeadline: Hashable, Sendable {
    /// Which timer it belongs to. Empty: that of the whole case.
    package let stage: String
    /// Milliseconds since 1970. A step at this instant is on time.
    package let at: Int64
    /// The first millisecond at which the case is due soon.
    package let dueSoonFrom: Int64
    /// The first millisecond at which it is overdue even if the clocks were wrong by their whole uncertainty.
    package let overdueFrom: Int64

    package init(stage: String, at: Int64, dueSoonFrom: Int64, overdueFrom: Int64) {
        self.stage = stage
        self.at = at
        self.dueSoonFrom = dueSoonFrom
        self.overdueFrom = overdueFrom
    }
}

extension CaseClock {
    /// The deadline in force. Nil while the time stands still, and after the end.
    fileprivate func deadline(calendar: WorkCalendar) -> CaseDeadline? {
        for event in events {
            switch event {
            case .finished, .paused(_, until: nil): return nil
            case .paused, .extended: continue
            }
        }
        // All pauses have ended, so the present does not matter.
        let timer = timer(now: start.milliseconds, calendar: calendar)
        return CaseDeadline(
            stage: "", at: timer.deadline, dueSoonFrom: timer.dueSoonFrom, overdueFrom: timer.overdueFrom)
    }
}

extension Case {
    /// The work groups whose turn it is: one for each branch, in a fixed order.
    var groups: [Workflow.Actor] {
        let asked = Set(branches.map { Self.group(at: $0.stage) })
        return [.dispatcher, .collector, .handler].filter(asked.contains)
    }

    /// Who usually takes the step after a stage. A stage that this program does not know is the dispatcher's.
    package static func group(at stage: String) -> Workflow.Actor {
        switch stage {
        case "accepted", "feedback": .collector
        case "dispatched", "handling", "rework": .handler
        default: .dispatcher
        }
    }
}

extension MergeItem {
    /// Whether it may matter for where a case stands.
    var handles: Bool {
        guard entry.kind == .change else { return false }
        let change = entry.change
        return change.fields[.stage] != nil || change.fields[.department] != nil
            || change.traces.contains { !$0.stage.isEmpty }
    }
}
