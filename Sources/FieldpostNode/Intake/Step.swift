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

    /// With the usual time for the category of the report, if the step starts one and names none.
    func completed(for report: Report?) -> Step {
        guard Workflow.standard[code]?.needs.contains(.limit) == true, limit.isEmpty else { return self }
        guard let category = report?.text(of: .category).flatMap({ Taxonomy.standard[$0] }),
            let usual = HandlingLimit(category.dueHours, .urgentHours)
        else { return self }
        var step = self
        step.limit = usual.description
        return step
    }

    /// The change that it makes, without the time at which it was taken.
    func change(at stage: Workflow.Stage) -> Change {
        var fields: [FieldName: FieldValue] = [:]
        if stage.kind != .side { fields[.stage] = .text(code) }
        if !department.isEmpty { fields[.department] = .text(department) }
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
