package import FieldpostCore

/// Which open cases wait for whom, and what was raised about deadlines. Both follow from the entries of reports.
package protocol TaskStore: Sendable {
    /// One page of tasks: first those with a deadline, the most urgent first, then those without one, then reports for
    /// which nobody has done anything yet, newest first. `now`: milliseconds since 1970, for `TaskQuery.isOverdue`.
    func tasks(_ query: TaskQuery, now: Int64) async throws(JournalError) -> TaskPage

    /// A mark of what one page shows. It changes when a task comes, goes, becomes overdue, or its case or its report
    /// changes. Of a report with very many entries only its case counts. It costs much less than the page.
    func taskMark(_ query: TaskQuery, now: Int64) async throws(JournalError) -> Hash256

    /// A page and its mark, for the cost of the page. No page if the mark is held already.
    func tasks(
        _ query: TaskQuery, now: Int64, unless isHeld: @Sendable (Hash256) -> Bool
    ) async throws(JournalError) -> (mark: Hash256, page: TaskPage?)

    /// How many open cases wait at each stage, and how many of them are overdue. Of `query`, the person, the
    /// department, the group and the grids count. It walks all of these cases, in short reads.
    func taskCounts(_ query: TaskQuery, now: Int64) async throws(JournalError) -> TaskCounts

    /// Part of a walk through the facts of all cases, in the order in which their reports came: those after a place (0:
    /// from the first one). Reports that were pruned here count with what was known. A walk is many short reads, so the
    /// log stays small. A case that changes meanwhile is seen before or after its change.
    func facts(after place: Int64) async throws(JournalError) -> CaseFactsPart

    /// Makes the table of cases anew after an upgrade, in steps. Returns whether more is left. It is cheap when nothing
    /// is.
    func rebuildCases() async throws(JournalError) -> Bool

    /// When the next event about a deadline is to be raised, in milliseconds since 1970. Nil if none is.
    func nextCaseEvent() async throws(JournalError) -> Int64?

    /// At central: raises the events of all deadlines that have come, each exactly once, however often this is called
    /// and whatever the clock said before. One call raises at most `Limits.raisedEvents`. Returns how many.
    func raiseCaseEvents(now: Int64) async throws(JournalError) -> Int

    /// The events after a number, in the order in which they were raised; at most `limit`.
    func caseEvents(after number: Int64, limit: Int) async throws(JournalError) -> [CaseEvent]
}

/// Which tasks a list shows. All given conditions must hold.
package struct TaskQuery: Hashable, Sendable {
    /// Whoever took the task, or was given it.
    package var person: String?
    package var department: String?
    package var group: Workflow.Actor?
    package var grid: String?
    /// Only tasks with one of these grids. Nil: all. For a caller who may see no others.
    package var grids: Set<String>?
    /// One of the stages at which the case stands.
    package var stage: String?
    package var isOverdue = false
    /// Found as reports are (`ReportSearch.text`).
    package var text: SearchQuestion?
    /// People disagree about the case or a field of the report.
    package var isDisputed = false
    /// Only reports for which nobody has done anything yet.
    package var isUntouched = false
    /// Only tasks after this one (`TaskPage.next` of the page before).
    package var after: TaskPosition?
    /// 1…`Limits.pageReports`.
    package var limit = Limits.pageReportsDefault

    package init() {}
}

/// How many open cases wait.
package struct TaskCounts: Hashable, Sendable {
    package struct Queue: Hashable, Sendable {
        package var count = 0
        package var overdue = 0

        package init() {}
    }

    /// By the code of the stage that is shown.
    package var stages: [String: Queue] = [:]
    /// Reports for which nobody took a step. Nil where they wait for somebody else than the query names.
    package var untouched: Int?

    package init() {}
}

/// A place in the list of tasks.
package enum TaskPosition: Hashable, Sendable {
    /// After this task. `overdueFrom`: `.max` if it has no deadline.
    case handled(overdueFrom: Int64, report: Int64)
    /// Among the reports for which nobody has done anything: before this one.
    case untouched(before: Int64)
}

package struct TaskPage: Sendable {
    package let tasks: [CaseTask]
    /// The value for `TaskQuery.after` of the next page. Nil on the last page.
    package let next: TaskPosition?
    /// False while the table of cases is made anew after an upgrade.
    package let isComplete: Bool

    package init(tasks: [CaseTask], next: TaskPosition?, isComplete: Bool) {
        self.tasks = tasks
        self.next = next
        self.isComplete = isComplete
    }
}

/// An open case, or a report that waits to be accepted, as a list of tasks shows it.
package struct CaseTask: Sendable {
    package let report: ReportID
    package let version: ReportVersion
    /// The values shown of those fields of which a list needs some.
    package let fields: [FieldName: FieldValue]
    /// Nil if nobody took a step.
    package let summary: CaseSummary?
    package let isDisputed: Bool
    package let isSuspended: Bool
    /// Entries of the report are known to be missing here, so more may have happened.
    package let isIncomplete: Bool
    /// Nil if the case was not filed with a limit.
    package let clock: CaseClock?
    /// The steps that are usual next.
    package let next: [Workflow.Stage]

    package init(_ report: Report) {
        let handling = report.handling
        self.report = report.id
        version = report.version
        fields = Self.shown.reduce(into: [:]) { fields, field in fields[field] = report.value(of: field) }
        summary = report.summary
        isDisputed = report.overview.isDisputed
        isSuspended = handling.suspension != nil
        isIncomplete = !report.gaps.isEmpty
        clock = handling.clock
        next = handling.next
    }

    private static let shown: [FieldName] = [.category, .grid, .priority, .text]
}

/// What central raised about a deadline.
package struct CaseEvent: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case dueSoon = "due-soon"
        case overdue
    }

    /// Counts up.
    package let number: Int64
    package let kind: Kind
    package let report: ReportID
    /// Which timer the deadline belongs to. Empty: that of the whole case.
    package let stage: String
    /// Milliseconds since 1970, as is the next.
    package let deadline: Int64
    package let raisedAt: Int64

    package init(number: Int64, kind: Kind, report: ReportID, stage: String, deadline: Int64, raisedAt: Int64) {
        self.number = number
        self.kind = kind
        self.report = report
        self.stage = stage
        self.deadline = deadline
        self.raisedAt = raisedAt
    }
}

/// Part of a walk through the facts of all cases.
package struct CaseFactsPart: Sendable {
    /// Each with its place. A walk can go on after any of them.
    package let cases: [(place: Int64, facts: CaseFacts)]
    /// The place after which the walk goes on. Nil: these were the last ones.
    package let next: Int64?

    package init(cases: [(place: Int64, facts: CaseFacts)], next: Int64?) {
        self.cases = cases
        self.next = next
    }
}
