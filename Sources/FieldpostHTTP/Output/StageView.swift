import FieldpostCore

/// The time of the whole case, from 立案 to its end.
struct DeadlineView: Encodable {
    let at: String?
    let limit: String
    let calendar: String
    /// "running", "paused", "finished", "overdue" or "finished-late".
    let state: String
    let leftMilliseconds: Int64
    let dueSoon: Bool
    let wasOverdue: Bool
    let beyondCalendar: Bool

    private enum CodingKeys: String, CodingKey {
        case at, limit, calendar, state
        case leftMilliseconds = "left_ms"
        case dueSoon = "due_soon"
        case wasOverdue = "was_overdue"
        case beyondCalendar = "beyond_calendar"
    }

    /// Nil if this node does not have its calendar. `calendars`: by version.
    init?(_ clock: CaseClock, now: Int64, calendars: [String: WorkCalendar]) {
        guard let calendar = calendars[clock.calendar] else { return nil }
        let timer = clock.timer(now: now, calendar: calendar)
        at = Timestamp.text(timer.deadline)
        limit = clock.limit.description
        self.calendar = clock.calendar.isEmpty ? calendar.version : clock.calendar
        state = timer.state.text
        leftMilliseconds = timer.millisecondsLeft
        dueSoon = timer.isDueSoon
        wasOverdue = timer.wasOverdue
        beyondCalendar = timer.isBeyondCalendar
    }
}

/// One round of a stage that has a time.
struct StageView: Encodable {
    let stage: String
    let zh: String
    let en: String
    /// The step that started it.
    let entry: String
    let department: String?
    let round: Int
    /// Whether no later step started the stage again.
    let present: Bool
    /// As in `DeadlineView`, or "stopped": the work is not needed here any more.
    let state: String
    let startedAt: String?
    let deadline: String?
    let formerDeadlines: [FormerView]
    /// Missing while it goes on.
    let endedAt: String?
    let limit: String
    let calendar: String
    let leftMilliseconds: Int64
    let dueSoon: Bool
    let wasOverdue: Bool
    /// The clocks do not tell whether it was in time. Then it counts as on time.
    let withinUncertainty: Bool
    let beyondCalendar: Bool

    /// An extension, and the deadline that counted before it.
    struct FormerView: Encodable {
        let deadline: String?
        let extendedAt: String?
        let to: String?

        private enum CodingKeys: String, CodingKey {
            case deadline, to
            case extendedAt = "extended_at"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case stage, zh, en, entry, department, round, present, state, deadline, limit, calendar
        case startedAt = "started_at"
        case formerDeadlines = "former_deadlines"
        case endedAt = "ended_at"
        case leftMilliseconds = "left_ms"
        case dueSoon = "due_soon"
        case wasOverdue = "was_overdue"
        case withinUncertainty = "within_uncertainty"
        case beyondCalendar = "beyond_calendar"
    }

    /// Nil if this node does not have its calendar. `calendars`: by version.
    init?(_ round: StageRound, now: Int64, calendars: [String: WorkCalendar]) {
        guard let calendar = calendars[round.clock.calendar] else { return nil }
        let timer = round.clock.timer(now: now, calendar: calendar)
        let row = TimedStages.standard[round.stage]
        (stage, zh, en) = (round.stage.rawValue, row.chinese, row.english)
        entry = round.entry.description
        department = round.department.isEmpty ? nil : round.department
        self.round = round.number
        present = round.isPresent
        state = round.isStopped ? "stopped" : timer.state.text
        startedAt = Timestamp.text(round.clock.start.milliseconds)
        deadline = Timestamp.text(timer.deadline)
        formerDeadlines = timer.extensions.map { extended in
            FormerView(
                deadline: Timestamp.text(extended.formerDeadline),
                extendedAt: Timestamp.text(extended.at.milliseconds), to: Timestamp.text(extended.to))
        }
        endedAt = timer.finished.flatMap { Timestamp.text($0.milliseconds) }
        limit = round.clock.limit.description
        self.calendar = round.clock.calendar.isEmpty ? calendar.version : round.clock.calendar
        leftMilliseconds = timer.millisecondsLeft
        dueSoon = timer.isDueSoon
        wasOverdue = timer.wasOverdue
        withinUncertainty = timer.punctuality == .onTimeWithinUncertainty
        beyondCalendar = timer.isBeyondCalendar
    }
}

extension StageTimer.State {
    fileprivate var text: String {
        switch self {
        case .running: "running"
        case .paused: "paused"
        case .finished: "finished"
        case .overdue: "overdue"
        case .finishedLate: "finished-late"
        }
    }
}
