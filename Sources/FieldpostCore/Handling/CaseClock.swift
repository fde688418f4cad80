/// What the time of a case is derived from: when it was filed, under which limit, and what happened since.
///
/// All of it stands in the traces of steps, with the times that were frozen there. A step without a known time moves no
/// clock.
package struct CaseClock: Hashable, Sendable {
    package let start: Instant
    package let limit: HandlingLimit
    /// The version of the calendar by which the limit counts.
    package let calendar: String
    package let events: Set<StageTimer.Event>

    /// The time of the whole case, from its last filing to its end. Nil if it was not filed with a limit and at a known
    /// time.
    init?(of steps: [CaseStep], shown: CaseStep?) {
        guard let filing = steps.last(where: { $0.code == "filed" && $0.time != nil }), let start = filing.time,
            let trace = filing.trace, let limit = HandlingLimit(text: trace.limit)
        else { return nil }
        self.start = start
        self.limit = limit
        calendar = trace.calendar
        let later = steps.filter { !filing.item.covers($0.item) }
        var events: Set<StageTimer.Event> = []
        for step in later {
            guard let time = step.time else { continue }
            if step.code == "extended", let until = step.trace?.untilMilliseconds {
                events.insert(.extended(at: time, to: until))
            } else if step.code == "suspended" {
                let ends = later.filter { Case.endsSuspension($0.code) && $0.item.covers(step.item) }
                let until = ends.compactMap { $0.time?.milliseconds }.min()
                events.insert(.paused(from: time.milliseconds, until: until))
            }
        }
        if let shown, shown.stage?.kind == .final || shown.stage?.kind == .end, let time = shown.time {
            events.insert(.finished(at: time))
        }
        self.events = events
    }

    /// - `now`: milliseconds since 1970.
    package func timer(now: Int64, calendar: WorkCalendar) -> StageTimer {
        StageTimer(start: start, limit: limit, calendar: calendar, events: events, now: now)
    }
}

extension CaseStep {
    /// When it was taken. Nil if nobody could say.
    fileprivate var time: Instant? {
        guard let trace, trace.timeMilliseconds != 0 else { return nil }
        return Instant(
            milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
    }
}
