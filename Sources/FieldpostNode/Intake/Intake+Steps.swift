import FieldpostCore
import FieldpostStore

/// What a step must keep to where it is taken. The merge takes every step as it is.
extension Intake {
    /// Completes the draft of a step: checks it against the case as this node holds it, and adds the time. Where the
    /// step needs a limit and names none, it gets that of the category in the newest catalogue. What the step was
    /// counted by, the catalogue and the calendar, is frozen in it.
    ///
    /// A repeat with the same key gets what the first got, so that both say the same. A caller who names an older
    /// version than this node holds acts on what he knew: his step is then not checked against what came since.
    ///
    /// Throws `.unknownStep`, `.stepNeeds`, `.stepNotNow`, `.journal`. What is wrong with a step on a report that is
    /// not here, the journal says.
    func complete(_ draft: Draft, of given: Step) async throws(IntakeRefusal) -> Draft {
        var draft = draft
        let report = try await report(draft.report)
        if let first = report?.history.first(where: { $0.id == draft.id })?.change.traces.first {
            if given.limit.isEmpty {
                (draft.change.traces[0].limit, draft.change.traces[0].condition) = (first.limit, first.condition)
            }
            (draft.change.traces[0].catalogue, draft.change.traces[0].calendar) = (first.catalogue, first.calendar)
            draft.change.traces[0].timeMilliseconds = first.timeMilliseconds
            draft.change.traces[0].uncertaintyMilliseconds = first.uncertaintyMilliseconds
            return draft
        }
        guard let stage = Workflow.standard[given.code] else { throw .unknownStep(given.code) }
        var (step, catalogue, calendar) = (given, "", "")
        let usual = TimedStages.standard.limit(frozenBy: given.code)
        if stage.needs.contains(.limit) || usual != nil || !given.limit.isEmpty {
            try await refreshSettings()
            if given.limit.isEmpty, let report, !report.isHidden, stage.needs.contains(.limit) {
                catalogue = try step.takeLimit(for: report, from: settings.catalogue)
            } else if given.limit.isEmpty, let usual {
                step.limit = usual.description
            }
            if !step.limit.isEmpty { calendar = settings.calendar.version }
        }
        // A refusal would show where a case stands that its reporter took back.
        if let report, !report.isHidden {
            let missing = Workflow.Need.allCases.filter { stage.needs.contains($0) && !step.has($0) }
            guard missing.isEmpty else { throw .stepNeeds(step.code, missing) }
            let next = report.handling.next.map(\.code)
            let isPresent = draft.seen.map { $0.context.joined(report.version.context) == $0.context } ?? true
            guard !isPresent || next.contains(step.code) else {
                throw .stepNotNow(step.code, stage: report.handling.stage, next: next)
            }
        }
        draft.change = step.change(at: stage, catalogue: catalogue, calendar: calendar)
        let now = await time()
        draft.change.traces[0].timeMilliseconds = now?.milliseconds ?? 0
        draft.change.traces[0].uncertaintyMilliseconds = now?.uncertaintyMilliseconds ?? 0
        return draft
    }

    func refreshSettings() async throws(IntakeRefusal) {
        do throws(JournalError) {
            try await settings.refresh()
        } catch {
            throw .journal(error)
        }
    }

    func grid(of id: ReportID) async throws(IntakeRefusal) -> String? {
        do throws(JournalError) {
            return try await journal.grid(of: id)
        } catch {
            throw .journal(error)
        }
    }

    func report(_ id: ReportID) async throws(IntakeRefusal) -> Report? {
        do throws(JournalError) {
            return try await journal.report(id)
        } catch {
            throw .journal(error)
        }
    }
}

extension Step {
    /// Throws `.unknownStep`, `.stepNotFor`.
    func check(by caller: Caller) throws(IntakeRefusal) {
        guard let stage = Workflow.standard[code] else { throw .unknownStep(code) }
        guard !stage.actors.isDisjoint(with: caller.actors) else { throw .stepNotFor(code) }
    }
}
