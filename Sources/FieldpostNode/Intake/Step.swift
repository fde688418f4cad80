package import FieldpostCore

/// A step of handling that somebody takes (Protocol/HANDLING.md, section 1). Texts that are not given are empty.
package struct Step: Hashable, Sendable {
    /// The code, as `stages.tsv` has it.
    package var code: String
    package var reason = ""
    package var department = ""
    package var assignee = ""
    package var condition = ""
    /// The time allowed, in the text form of a limit.
    package var limit = ""
    /// Milliseconds since 1970: the new deadline, or the day to look again. 0 if none is given.
    package var untilMilliseconds: Int64 = 0
    /// The report that this one joins.
    package var original: ReportID?

    package init(code: String) { self.code = code }

    func has(_ need: Workflow.Need) -> Bool {
        switch need {
        case .reason: !reason.isEmpty
        case .department: !department.isEmpty
        case .assignee: !assignee.isEmpty
        case .limit: !limit.isEmpty
        case .until: untilMilliseconds != 0
        case .original: original != nil
        }
    }

    /// With the usual time, if the step starts one and names none: of the report's category for a filing, and of the
    /// stage (`timers.tsv`) for other steps.
    func completed(for report: Report?) -> Step {
        guard limit.isEmpty, let stage = Workflow.standard[code] else { return self }
        var usual = TimedStages.standard.limit(frozenBy: code)
        if stage.needs.contains(.limit) {
            let category = report?.text(of: .category).flatMap { Taxonomy.standard[$0] }
            usual = category.flatMap { HandlingLimit($0.dueHours, .urgentHours) }
        }
        var step = self
        step.limit = usual?.description ?? ""
        return step
    }

    /// The change that it makes, without the time at which it was taken.
    func change(at stage: Workflow.Stage) -> Change {
        var fields: [FieldName: FieldValue] = [:]
        if stage.kind != .side { fields[.stage] = .text(code) }
        // A side step may be for one of several departments. It passes the case to none.
        if !department.isEmpty, stage.kind != .side { fields[.department] = .text(department) }
        if !assignee.isEmpty { fields[.assignee] = .text(assignee) }
        if let original { fields[.original] = .text(original.description) }
        let trace = Trace(
            stage: code, department: department, text: reason, assignee: assignee, condition: condition, limit: limit,
            calendar: limit.isEmpty ? "" : WorkCalendar.standard.version, untilMilliseconds: untilMilliseconds)
        return Change(fields: fields, traces: [trace])
    }
}

extension Caller {
    /// As whom the caller may take steps.
    var actors: Set<Workflow.Actor> {
        switch self {
        case .trusted: [.collector, .handler, .leader, .dispatcher, .reporter]
        case .account(_, .dispatcher), .account(_, .admin): [.collector, .handler, .leader, .dispatcher]
        case .terminal: [.collector, .handler]
        case .resident: [.reporter]
        case .account, .nobody: []
        }
    }
}
