/// What a time is derived from: when it started, under which limit, and what happened since.
///
/// All of it stands in the traces of steps, with the times that were frozen there.
package struct CaseClock: Hashable, Sendable {
    package let start: Instant
    package let limit: HandlingLimit
    /// The version of the calendar by which the limit counts. Empty: no step named one, and the built-in one counts.
    package let calendar: String
    package let events: Set<StageTimer.Event>

    /// - `now`: milliseconds since 1970.
    package func timer(now: Int64, calendar: WorkCalendar) -> StageTimer {
        StageTimer(start: start, limit: limit, calendar: calendar, events: events, now: now)
    }
}

/// A stage of a case from the step that started it. The same stage may have several rounds: one after the other, such
/// as handling before and after a verification that failed, or side by side, such as handling in two departments.
package struct StageRound: Hashable, Sendable {
    package let stage: TimedStage.Code
    /// The step that started it, and its code.
    package let entry: EntryID
    package let step: String
    /// The department in charge. Empty if there is none.
    package let department: String
    /// 1 for the first one: the rounds that the author of the starting step had seen, and this one.
    package let number: Int
    /// No later step started the stage again.
    package let isPresent: Bool
    /// It ended although the work is not done. Its clock has the end as a finish.
    package let isStopped: Bool
    package let clock: CaseClock
}
