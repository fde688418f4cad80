extension WorkCalendar {
    /// The built-in calendar, if a case names it or names none. Nil for another version, which is not known here.
    package static func standard(ifNamed version: String) -> WorkCalendar? {
        version.isEmpty || version == standard.version ? standard : nil
    }
}

extension CaseFacts {
    /// What the steps of a report say (Protocol/HANDLING.md, section 4: facts).
    ///
    /// - `calendar`: the calendar of a version. What counts by one that is not known has no deadline.
    package init(
        of report: ReportOverview, calendar: (_ version: String) throws -> WorkCalendar?
    ) rethrows {
        let outline = report.outline
        self.init(id: report.id, reported: outline.reported)
        department = [outline.progress?.department, report.fields.text(of: .department)]
            .compactMap { $0 }.first { !$0.isEmpty }
        group = report.fields.text(of: .assignee)
        grid = report.fields.text(of: .grid)
        isVoid = outline.isVoid
        isSatisfied = report.fields.ratings.first.map { $0 == .satisfied }
        if let progress = outline.progress {
            isSuspended = progress.isSuspended
            (returns, reworks) = (progress.returns, progress.reworks)
            (extensions, reopenings) = (progress.extensions, progress.reopenings)
            try setSteps(progress.rounds, calendar)
        }
        if filing.done == nil, let filed = outline.filed { filing = Step(done: filed) }
        // A case that was closed without having been filed, or joined to another, was never due.
        if closing.done == nil, !outline.isOpen {
            closing = Step(done: outline.ended ?? Instant(milliseconds: reported))
        }
    }

    private mutating func setSteps(
        _ rounds: [StageRound], _ calendar: (String) throws -> WorkCalendar?
    ) rethrows {
        func steps(of code: TimedStage.Code, _ isCounted: (StageRound) -> Bool) throws -> [Step] {
            try rounds.filter { $0.stage == code && isCounted($0) }.compactMap { round in
                try calendar(round.clock.calendar).map { Step(round, $0) }
            }
        }
        confirmation = try .leastDone(steps(of: .confirmation) { $0.isPresent })
        filing = try .leastDone(steps(of: .filing) { $0.isPresent })
        // The first dispatch: one after a return is not the dispatcher's first answer.
        let first = rounds.last { $0.stage == .dispatch && $0.step == "filed" }
        dispatch = try .leastDone(steps(of: .dispatch) { $0.entry == first?.entry })
        handling = try .leastDone(steps(of: .handling) { $0.isPresent })
        verification = try .leastDone(steps(of: .verification) { $0.isPresent })
        closing = try .leastDone(steps(of: .closing) { $0.isPresent })
    }
}

extension CaseFacts.Step {
    /// A stage that was stopped was due only if it was late by then. One whose time stands still is not due: its
    /// deadline moves on with each moment.
    fileprivate init(_ round: StageRound, _ calendar: WorkCalendar) {
        let openPause = round.clock.openPause
        let timer = round.clock.timer(now: openPause ?? round.clock.start.milliseconds, calendar: calendar)
        if round.isStopped {
            self.init(deadline: timer.punctuality == .late ? timer.deadline : nil)
        } else if let openPause, openPause <= timer.deadline {
            self.init()
        } else {
            self.init(timer)
        }
    }

    /// Of rounds side by side, such as handling in two departments, the one that is least done: a case is handled when
    /// all are. Of several that are not done, the one that is due first.
    fileprivate static func leastDone(_ steps: [Self]) -> Self {
        let open = steps.filter { $0.done == nil }
        if let step = open.min(by: { ($0.deadline ?? .max) < ($1.deadline ?? .max) }) { return step }
        return steps.max { ($0.done ?? .min) < ($1.done ?? .min) } ?? Self()
    }
}

extension CaseClock {
    /// Since when the time stands still. Nil if it runs, or has ended.
    fileprivate var openPause: Int64? {
        var first: Int64?
        for event in events {
            switch event {
            case .finished: return nil
            case .paused(let from, until: nil): first = min(first ?? .max, max(from, start.milliseconds))
            case .paused, .extended: continue
            }
        }
        return first
    }
}
