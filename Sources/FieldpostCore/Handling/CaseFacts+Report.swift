extension WorkCalendar {
    /// The built-in calendar, if a case names it or names none. Nil for another version, which is not known here.
    package static func standard(ifNamed version: String) -> WorkCalendar? {
        version.isEmpty || version == standard.version ? standard : nil
    }
}

extension CaseFacts {
    /// What the steps of a report say (Protocol/HANDLING.md, section 4: facts).
    ///
    /// - `now`: milliseconds since 1970. It decides nothing but how long a suspension has lasted.
    /// - `calendar`: the calendar of a version. What counts by one that is not known has no deadline.
    package init(
        of report: Report, now: Int64, calendar: (String) -> WorkCalendar? = WorkCalendar.standard(ifNamed:)
    ) {
        let handled = report.handling
        self.init(id: report.id, reported: report.history.first?.stamp.wallMilliseconds ?? 0)
        department = [handled.branches.first?.department, report.text(of: .department)]
            .compactMap { $0 }.first { !$0.isEmpty }
        group = report.text(of: .assignee)
        grid = report.text(of: .grid)
        isVoid = handled.stage == "voided"
        isSuspended = handled.suspension != nil
        func count(_ code: String) -> Int { handled.counts[code] ?? 0 }
        (returns, reworks) = (count("returned"), count("rework"))
        (extensions, reopenings) = (count("extended"), count("reopened"))

        func steps(of code: TimedStage.Code, _ isCounted: (StageRound) -> Bool) -> [Step] {
            handled.rounds.filter { $0.stage == code && isCounted($0) }.compactMap { round in
                calendar(round.clock.calendar).map { Step(round, now: now, calendar: $0) }
            }
        }
        confirmation = .leastDone(steps(of: .confirmation) { $0.isPresent })
        filing = .leastDone(steps(of: .filing) { $0.isPresent })
        if filing.done == nil, let filed = report.instant(of: "filed") { filing = Step(done: filed) }
        // The first dispatch: one after a return is not the dispatcher's first answer.
        let first = handled.rounds.last { $0.stage == .dispatch && $0.step == "filed" }
        dispatch = .leastDone(steps(of: .dispatch) { $0.entry == first?.entry })
        handling = .leastDone(steps(of: .handling) { $0.isPresent })
        verification = .leastDone(steps(of: .verification) { $0.isPresent })
        closing = .leastDone(steps(of: .closing) { $0.isPresent })
        // A case that was closed without having been filed, or joined to another, was never due.
        if closing.done == nil, !handled.isOpen {
            closing = Step(done: report.instant(of: handled.stage) ?? Instant(milliseconds: reported))
        }
    }
}

extension CaseFacts.Step {
    /// A stage that was stopped was due only if it was late by then.
    fileprivate init(_ round: StageRound, now: Int64, calendar: WorkCalendar) {
        let timer = round.clock.timer(now: now, calendar: calendar)
        if round.isStopped {
            self.init(deadline: timer.punctuality == .late ? timer.deadline : nil)
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

extension Report {
    /// When the last step with a code was taken: as its trace says, or by the clock of the node.
    fileprivate func instant(of code: String) -> Instant? {
        guard let entry = history.last(where: { $0.change.fields[.stage] == .text(code) }) else { return nil }
        let trace = entry.change.traces.first { $0.stage == code }
        guard let trace, trace.timeMilliseconds != 0 else { return Instant(milliseconds: entry.stamp.wallMilliseconds) }
        return Instant(
            milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
    }
}
