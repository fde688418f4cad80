/// The clock of one stage of a case: how much time is left, and whether the stage is late.
///
/// It is derived from the start, the limit, a set of events and the present. Nobody stores it, so two nodes that know
/// the same events see the same, in whatever order the events came.
package struct StageTimer: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        /// The stage was suspended (挂账). `until` is nil while nobody has ended that.
        case paused(from: Int64, until: Int64?)
        /// An extension (延时) was approved. It moves the deadline only to a later instant.
        case extended(at: Instant, to: Int64)
        /// The first one counts.
        case finished(at: Instant)
    }

    package enum State: Hashable, Sendable {
        case running
        /// The clock stands. A stage that was overdue before stays marked (`wasOverdue`).
        case paused
        case finished
        case overdue
        case finishedLate
    }

    /// An extension, and the deadline that it replaced. Both stay visible.
    package struct Extension: Hashable, Sendable {
        package let at: Instant
        package let formerDeadline: Int64
        /// As it was approved. It may be no later than the former deadline, and then moves nothing.
        package let to: Int64
    }

    package let state: State
    /// After all pauses and extensions. While the stage is paused: as if it went on now.
    package let deadline: Int64
    /// The calendar does not know all days up to the deadline.
    package let isBeyondCalendar: Bool
    /// In the order in which they were approved.
    package let extensions: [Extension]
    /// The stage has been overdue at some time, whether or not it was extended after that.
    package let wasOverdue: Bool
    /// Both nil while the stage is not finished.
    package let finished: Instant?
    package let punctuality: Punctuality?
    /// Until the deadline, in the limit's own kind of time. After the end of the stage: what was left then.
    package let millisecondsLeft: Int64
    /// The stage goes on, and less than a share of its limit is left.
    package let isDueSoon: Bool
    /// The first millisecond at which no more than that share is left until the deadline.
    package let dueSoonFrom: Int64
    /// The first millisecond at which an unfinished stage is overdue, even if the clocks were wrong by their whole
    /// uncertainty.
    package let overdueFrom: Int64

    /// - `dueSoonPercent`: the share of the limit, 0 to 100.
    package init(
        start: Instant, limit: HandlingLimit, calendar: WorkCalendar, events: some Sequence<Event>, now: Int64,
        dueSoonPercent: Int = 20
    ) {
        let clock = HandlingClock(kind: limit.kind, calendar: calendar)
        let timeline = Timeline(start: start.milliseconds, events: events, now: now)
        let end = timeline.finished?.milliseconds ?? now
        var course = Course(
            clock: clock, start: start, deadline: limit.due(start: start.milliseconds, calendar: calendar).milliseconds,
            pauses: timeline.pauses)
        let whole = clock.time(from: start.milliseconds, to: course.deadline)
        for (at, to) in timeline.extensions {
            course.pass(until: at.milliseconds)
            course.extend(at: at, to: to)
        }
        course.pass(until: .max)

        extensions = course.extensions
        deadline = course.deadline
        isBeyondCalendar =
            limit.kind.usesCalendar && !calendar.knows(from: start.milliseconds, to: max(start.milliseconds, deadline))
        let punctuality = timeline.finished.map { course.punctuality(of: $0) }
        finished = timeline.finished
        self.punctuality = punctuality
        millisecondsLeft = clock.time(from: end, to: deadline)
        let isPaused = timeline.isPausedNow
        let isLate = timeline.finished == nil && course.isOverdue(at: now)
        wasOverdue = course.wasOverdue || isLate || punctuality == .late
        state =
            switch punctuality {
            case .late: .finishedLate
            case .some: .finished
            case nil: isPaused ? .paused : isLate ? .overdue : .running
            }
        let share = whole / 100 * Int64(min(max(dueSoonPercent, 0), 100))
        isDueSoon = state == .running && millisecondsLeft <= share
        let span = clock.time(from: start.milliseconds, to: deadline)
        dueSoonFrom = clock.instant(span.saturatingSubtract(share), after: start.milliseconds)
        overdueFrom = deadline.saturatingAdd(Int64(clamping: course.uncertaintyMilliseconds)).saturatingAdd(1)
    }
}

extension StageTimer {
    /// The events in their one order: pauses as stretches apart from each other, extensions by their time.
    private struct Timeline {
        var pauses: [(from: Int64, until: Int64)] = []
        var extensions: [(at: Instant, to: Int64)] = []
        let finished: Instant?
        private(set) var isPausedNow = false

        /// What is before the start or after the end of the stage has no effect.
        init(start: Int64, events: some Sequence<Event>, now: Int64) {
            let events = Set(events)
            let finished = events.compactMap { event -> Instant? in
                guard case .finished(let at) = event else { return nil }
                return at
            }.min()
            self.finished = finished
            let end = finished?.milliseconds ?? .max
            extensions = events.compactMap { event -> (at: Instant, to: Int64)? in
                guard case .extended(let at, let to) = event, at.milliseconds <= end else { return nil }
                return (at, to)
            }.sorted { $0 < $1 }
            // A pause that nobody has ended lasts until now, and at least as long as there are events.
            let present = max(now, extensions.last?.at.milliseconds ?? now, finished?.milliseconds ?? now)
            let stretches = events.compactMap { event -> (from: Int64, until: Int64)? in
                guard case .paused(let from, let until) = event else { return nil }
                let begin = max(from, start)
                if until == nil, finished == nil, begin <= now { isPausedNow = true }
                let stop = min(until ?? present, end)
                return begin < stop ? (begin, stop) : nil
            }
            for stretch in stretches.sorted(by: { ($0.from, $0.until) < ($1.from, $1.until) }) {
                if let last = pauses.last, stretch.from <= last.until {
                    pauses[pauses.count - 1].until = max(last.until, stretch.until)
                } else {
                    pauses.append(stretch)
                }
            }
            if finished == nil, pauses.contains(where: { $0.from <= now && now < $0.until }) { isPausedNow = true }
        }
    }

    /// The deadline, as it moves from event to event.
    private struct Course {
        let clock: HandlingClock
        let start: Instant
        private(set) var deadline: Int64
        private(set) var extensions: [Extension] = []
        private(set) var wasOverdue = false
        /// An extension gives an instant that is exact; a computed deadline is as uncertain as the start.
        private(set) var uncertaintyMilliseconds: UInt64
        /// The stretches that have not passed, the last one first.
        private var pauses: [(from: Int64, until: Int64)]

        init(clock: HandlingClock, start: Instant, deadline: Int64, pauses: [(from: Int64, until: Int64)]) {
            self.clock = clock
            self.start = start
            self.deadline = deadline
            self.pauses = pauses.reversed()
            uncertaintyMilliseconds = start.uncertaintyMilliseconds
        }

        /// Moves the deadline by what is paused before an instant.
        mutating func pass(until instant: Int64) {
            while let (from, until) = pauses.last, from < instant {
                pauses.removeLast()
                if until > instant { pauses.append((instant, until)) }
                // When it is late already, nothing is left that could stand still.
                guard from <= deadline else { continue }
                let stop = min(until, instant)
                // What is left may be nothing (a deadline between office hours): it is not late before the pause ends.
                deadline = max(clock.instant(clock.time(from: from, to: stop), after: deadline), stop)
            }
        }

        mutating func extend(at: Instant, to: Int64) {
            wasOverdue = wasOverdue || punctuality(of: at) == .late
            extensions.append(Extension(at: at, formerDeadline: deadline, to: to))
            guard to > deadline else { return }
            deadline = to
            uncertaintyMilliseconds = 0
        }

        func punctuality(of instant: Instant) -> Punctuality {
            instant.punctuality(deadline: deadline, deadlineUncertaintyMilliseconds: uncertaintyMilliseconds)
        }

        func isOverdue(at instant: Int64) -> Bool { punctuality(of: Instant(milliseconds: instant)) == .late }
    }
}
