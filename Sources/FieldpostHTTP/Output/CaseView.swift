import FieldpostCore

/// `GET /v1/reports/{id}/case`: where a report stands, and what can be done next.
struct CaseView: Encodable {
    let report: String
    /// The `ETag` of the report, without its quotes.
    let version: String
    let stage: String
    let label: Label?
    let open: Bool
    let branches: [BranchView]
    let disputes: [[Int]]
    /// The departments that have something to do.
    let departments: [String]
    /// Nil if the case was not filed, or by a calendar that this node does not have.
    let deadline: DeadlineView?
    /// The rounds of stages that have a time, by a calendar that this node has.
    let stages: [StageView]
    let suspended: StepView?
    let extensions: [StepView]
    let assignees: [StepView]
    /// How often each step was taken, by code.
    let counts: [String: Int]
    /// Entries with notes and photos that whoever closed the case had not seen.
    let unseen: [String]
    let next: [NextView]

    struct BranchView: Encodable {
        let entry: String
        let stage: String
        let label: Label?
        let author: String?
        let department: String?
        let facts: StepFacts?

        private enum Keys: String, CodingKey { case entry, stage, label, author, department }

        init(_ branch: Case.Branch) {
            entry = branch.entry.description
            stage = branch.stage
            label = Label(stage: branch.stage)
            author = branch.author.isEmpty ? nil : branch.author
            department = branch.department.isEmpty ? nil : branch.department
            facts = branch.trace.map { StepFacts($0) }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(entry, forKey: .entry)
            try container.encode(stage, forKey: .stage)
            try container.encodeIfPresent(label, forKey: .label)
            try container.encodeIfPresent(author, forKey: .author)
            try container.encodeIfPresent(department, forKey: .department)
            try facts?.encode(to: encoder)
        }
    }

    /// A side step that stands.
    struct StepView: Encodable {
        let entry: String
        let author: String?
        let facts: StepFacts

        private enum Keys: String, CodingKey { case entry, author }

        init(_ mark: Case.Mark) {
            entry = mark.entry.description
            author = mark.author.isEmpty ? nil : mark.author
            facts = StepFacts(mark.trace)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(entry, forKey: .entry)
            try container.encodeIfPresent(author, forKey: .author)
            try facts.encode(to: encoder)
        }
    }

    /// A step that can be taken next.
    struct NextView: Encodable {
        let step: String
        let zh: String
        let en: String
        /// What it must say.
        let needs: [String]

        init(_ stage: Workflow.Stage) {
            step = stage.code
            zh = stage.chinese
            en = stage.english
            needs = Workflow.Need.allCases.filter(stage.needs.contains).map(\.rawValue)
        }
    }

    /// - `now`: milliseconds since 1970.
    /// - `calendars`: those that the case names, by version. Without one, no time by it is shown.
    init(_ report: Report, now: Int64, calendars: [String: WorkCalendar]) {
        let handling = report.handling
        self.report = report.id.description
        version = EntityTag(report.version).text
        stage = handling.stage
        label = Label(stage: handling.stage)
        open = handling.isOpen
        branches = handling.branches.map(BranchView.init)
        disputes = handling.disputes.map { [$0.first, $0.second] }
        departments = handling.departments
        deadline = handling.clock.flatMap { DeadlineView($0, now: now, calendars: calendars) }
        stages = handling.rounds.compactMap { StageView($0, now: now, calendars: calendars) }
        suspended = handling.suspension.map(StepView.init)
        extensions = handling.extensions.map(StepView.init)
        assignees = handling.assignees.map(StepView.init)
        counts = handling.counts
        unseen = handling.unseenAtClosing.map(\.description)
        next = handling.next.map(NextView.init)
    }
}

/// What a step says of itself beside its code and department. Values that it does not say are left out.
struct StepFacts: Encodable {
    private let trace: Trace
    private let withReason: Bool

    private enum Keys: String, CodingKey {
        case reason, audience, assignee, condition, limit, catalogue, calendar, until
        case takenAt = "taken_at"
        case uncertainty = "taken_uncertainty_ms"
    }

    init(_ trace: Trace, withReason: Bool = true) {
        self.trace = trace
        self.withReason = withReason
    }

    /// Writes its keys into the object that is being written.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        func encode(_ text: String, _ key: Keys) throws {
            if !text.isEmpty { try container.encode(text, forKey: key) }
        }
        if withReason, !trace.text.isEmpty {
            try encode(trace.text, .reason)
            try encode(trace.audience.name, .audience)
        }
        try encode(trace.assignee, .assignee)
        try encode(trace.condition, .condition)
        try encode(trace.limit, .limit)
        try encode(trace.catalogue, .catalogue)
        try encode(trace.calendar, .calendar)
        if trace.untilMilliseconds != 0 {
            try container.encodeIfPresent(Timestamp.text(trace.untilMilliseconds), forKey: .until)
        }
        guard trace.timeMilliseconds != 0 else { return }
        try container.encodeIfPresent(Timestamp.text(trace.timeMilliseconds), forKey: .takenAt)
        try container.encode(trace.uncertaintyMilliseconds, forKey: .uncertainty)
    }
}
