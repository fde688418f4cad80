/// The clock of one stage of a case: how much time is left, and whether the stage is late.
///
/// It is derived from the start, the limit, a set of events and the present. Nobody stores it, so two nodes that know
/// the same events see the same, in whatever order the events came.
package struct StageTimer: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        /// The stage was suspended (挂账). `until` is nil while nobody has ended that.
        case paused(from: Int64, until: Int64?)
        /// An extension (延时) was approved. `until`: when another one replaced it, whose author had seen it. Nil while
        /// it stands.
        case extended(at: Instant, to: Int64, until: Int64?)
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
        /// As it was approved. It may be before the former deadline: if another one stands, or the limit itself ends
        /// later, it moves nothing. If it replaces the extension that counted, the deadline is earlier than before.
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
        for extended in timeline.extensions {
            course.pass(until: extended.at.milliseconds)
            course.extend(extended)
        }
        course.pass(until: .max)
        course.replace(until: timeline.finished?.milliseconds ?? .max)

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
    private typealias Approved = (at: Instant, to: Int64, until: Int64)

    /// The events in their one order: pauses as stretches apart from each other, extensions by their time.
    private struct Timeline {
        var pauses: [(from: Int64, until: Int64)] = []
        var extensions: [Approved] = []
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
            extensions = events.compactMap { event -> Approved? in
                guard case .extended(let at, let to, let until) = event, at.milliseconds <= end else { return nil }
                return (at, to, until ?? .max)
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
        /// An instant at which the stage would be due if nothing else counted: by the limit, or by one extension.
        private struct Candidate {
            var deadline: Int64
            /// When another extension replaces it.
            let until: Int64
            let uncertaintyMilliseconds: UInt64
        }

        let clock: HandlingClock
        private(set) var extensions: [Extension] = []
        private(set) var wasOverdue = false
        /// That of the limit first, which nothing replaces: no extension takes away time that the limit gives.
        private var candidates: [Candidate]
        /// The stretches that have not passed, the last one first.
        private var pauses: [(from: Int64, until: Int64)]

        /// A computed deadline is as uncertain as the start. An extension gives an instant that is exact.
        init(clock: HandlingClock, start: Instant, deadline: Int64, pauses: [(from: Int64, until: Int64)]) {
            self.clock = clock
            self.pauses = pauses.reversed()
            candidates = [
                Candidate(
                    deadline: deadline, until: .max, uncertaintyMilliseconds: start.uncertaintyMilliseconds)
            ]
        }

        /// The latest one counts.
        private var latest: Candidate {
            candidates.dropFirst().reduce(candidates[0]) { $1.deadline > $0.deadline ? $1 : $0 }
        }

        var deadline: Int64 { latest.deadline }

        var uncertaintyMilliseconds: UInt64 { latest.uncertaintyMilliseconds }

        /// Moves the deadline by what is paused before an instant.
        mutating func pass(until instant: Int64) {
            while let (from, until) = pauses.last, from < instant {
                pauses.removeLast()
                if until > instant { pauses.append((instant, until)) }
                let stop = min(until, instant)
                // When it is late already, nothing is left that could stand still.
                for index in candidates.indices where from <= candidates[index].deadline {
                    let moved = clock.instant(
                        clock.time(from: from, to: stop), after: candidates[index].deadline)
                    // What is left may be nothing (a deadline between office hours): it is not late before the pause
                    // ends.
                    candidates[index].deadline = max(moved, stop)
                }
            }
        }

        mutating func extend(_ extended: Approved) {
            wasOverdue = wasOverdue || punctuality(of: extended.at) == .late
            extensions.append(Extension(at: extended.at, formerDeadline: deadline, to: extended.to))
            candidates.append(Candidate(deadline: extended.to, until: extended.until, uncertaintyMilliseconds: 0))
            replace(until: extended.at.milliseconds)
        }

        /// Extensions that were replaced by then count no more.
        mutating func replace(until instant: Int64) {
            candidates.removeAll { $0.until <= instant && $0.until != .max }
        }

        func punctuality(of instant: Instant) -> Punctuality {
            let latest = latest
            return instant.punctuality(
                deadline: latest.deadline, deadlineUncertaintyMilliseconds: latest.uncertaintyMilliseconds)
        }

        func isOverdue(at instant: Int64) -> Bool { punctuality(of: Instant(milliseconds: instant)) == .late }
    }
}
