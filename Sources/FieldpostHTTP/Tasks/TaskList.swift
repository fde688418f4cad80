import FieldpostCore
import FieldpostStore

/// `GET /v1/tasks`: one page.
struct TaskList: Encodable {
    let tasks: [TaskView]
    /// For `cursor`. Missing on the last page.
    let next: String?
    /// False while this node makes its table of cases anew after an upgrade: then tasks may be missing.
    let complete: Bool

    init(_ page: TaskPage, now: Int64, calendars: [String: WorkCalendar]) {
        tasks = page.tasks.map { TaskView($0, now: now, calendars: calendars) }
        next = page.next?.cursor
        complete = page.isComplete
    }
}

/// What waits for somebody: an open case, or a report that nobody has accepted yet.
struct TaskView: Encodable {
    let report: String
    /// The `ETag` of the report, without its quotes. A step sends it back in `If-Match`.
    let version: String
    let stage: String
    let label: Label?
    /// All stages at which the case stands.
    let stages: [String]
    let category: String?
    let grid: String?
    let priority: String?
    let text: String?
    /// The work groups whose turn it is.
    let groups: [String]
    let departments: [String]
    /// Whoever took the task, or was given it. Several if they took it at once.
    let persons: [String]
    let conflict: Bool
    let suspended: Bool
    /// Entries of the report are known to be missing here.
    let incomplete: Bool
    let deadline: DeadlineView?
    let next: [CaseView.NextView]

    init(_ task: CaseTask, now: Int64, calendars: [String: WorkCalendar]) {
        let first = Workflow.standard.first.code
        report = task.report.description
        version = EntityTag(task.version).text
        stage = task.summary?.stage ?? first
        label = Label(stage: stage)
        stages = task.summary?.stages ?? [first]
        func shown(_ field: FieldName) -> String? {
            if case .text(let text) = task.fields[field] { text } else { nil }
        }
        category = shown(.category)
        grid = shown(.grid)
        priority = shown(.priority)
        text = shown(.text)
        groups = (task.summary?.groups ?? [.dispatcher]).map(\.rawValue)
        departments = task.summary?.departments ?? []
        persons = task.summary?.assignees ?? []
        conflict = task.isDisputed
        suspended = task.isSuspended
        incomplete = task.isIncomplete
        deadline = task.clock.flatMap { DeadlineView($0, now: now, calendars: calendars) }
        next = task.next.map(CaseView.NextView.init)
    }
}

/// `GET /v1/events`: one page.
struct EventList: Encodable {
    let events: [EventView]
    /// For `since`: the number of the last event that was looked at, or what was asked for.
    let next: Int64

    struct EventView: Encodable {
        let number: Int64
        /// "due-soon" or "overdue".
        let kind: String
        let report: String
        /// The stage whose deadline it is. Missing for that of the whole case.
        let stage: String?
        let deadline: String?
        let raisedAt: String?

        private enum CodingKeys: String, CodingKey {
            case number, kind, report, stage, deadline
            case raisedAt = "raised_at"
        }
    }

    init(_ events: [CaseEvent], next: Int64) {
        self.events = events.map { event in
            EventView(
                number: event.number, kind: event.kind.rawValue, report: event.report.description,
                stage: event.stage.isEmpty ? nil : event.stage, deadline: Timestamp.text(event.deadline),
                raisedAt: Timestamp.text(event.raisedAt))
        }
        self.next = next
    }
}
