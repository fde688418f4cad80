package import FieldpostCore

/// A step of handling that somebody takes (Protocol/HANDLING.md, section 1). Texts that are not given are empty.
package struct Step: Hashable, Sendable {
    /// The code, as `stages.tsv` has it.
    package var code: String
    package var reason = ""
    /// For whom the reason is.
    package var audience = Audience.inside
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

    /// Takes the limit that the catalogue has for the category of a report under the condition of this step, or under
    /// the usual condition if it names none. Returns the version of that catalogue.
    ///
    /// Throws `.stepNeeds` if the category is not known, and `.unknownCondition`.
    mutating func takeLimit(
        for report: Report, from newest: CentralSettings.InForce<Catalogue>
    ) throws(IntakeRefusal) -> String {
        let code = report.text(of: .category) ?? ""
        guard let category = newest.value.known(code) else { throw .stepNeeds(self.code, [.limit]) }
        let found = condition.isEmpty ? category.conditions.first : category.condition(condition)
        guard let found else { throw .unknownCondition(category: code, known: category.conditions.map(\.name)) }
        (condition, limit) = (found.name, found.limit.description)
        return newest.value[code] == nil ? Catalogue.standard.version : newest.version
    }

    /// The change that it makes, without the time at which it was taken. `catalogue`, `calendar`: the versions that its
    /// limit was taken from and is counted by.
    func change(at stage: Workflow.Stage, catalogue: String = "", calendar: String = "") -> Change {
        var fields: [FieldName: FieldValue] = [:]
        if stage.kind != .side { fields[.stage] = .text(code) }
        // A side step may be for one of several departments. It passes the case to none.
        if !department.isEmpty, stage.kind != .side { fields[.department] = .text(department) }
        if !assignee.isEmpty { fields[.assignee] = .text(assignee) }
        if let original { fields[.original] = .text(original.description) }
        let trace = Trace(
            stage: code, department: department, text: reason, assignee: assignee, condition: condition, limit: limit,
            catalogue: catalogue, calendar: calendar, untilMilliseconds: untilMilliseconds,
            audience: audience)
        return Change(fields: fields, traces: [trace])
    }
}

extension Caller {
    /// As whom the caller may take steps.
    var actors: Set<Workflow.Actor> {
        switch self {
        case .trusted: [.collector, .handler, .leader, .dispatcher, .reporter]
        case .account(let account): account.actors
        case .terminal: [.collector, .handler]
        case .resident, .reporter: [.reporter]
        case .nobody: []
        }
    }
}
