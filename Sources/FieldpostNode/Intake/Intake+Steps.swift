import FieldpostCore
import FieldpostStore

/// What a step must keep to where it is taken. The merge takes every step as it is.
extension Intake {
    /// Completes the draft of a step: checks it against the case as this node holds it, and adds the time.
    ///
    /// A repeat with the same key gets the time of the first, so that both say the same. A caller who names an older
    /// version than this node holds acts on what he knew: his step is then not checked against what came since.
    ///
    /// Throws `.stepNotNow`, `.journal`.
    func complete(_ draft: Draft, of step: Step) async throws(IntakeRefusal) -> Draft {
        var draft = draft
        let report = try await report(draft.report)
        if let first = report?.history.first(where: { $0.id == draft.id })?.change.traces.first {
            draft.change.traces[0].timeMilliseconds = first.timeMilliseconds
            draft.change.traces[0].uncertaintyMilliseconds = first.uncertaintyMilliseconds
            return draft
        }
        if let report, draft.seen.map({ $0.context.joined(report.version.context) == $0.context }) ?? true {
            let next = report.handling.next.map(\.code)
            guard next.contains(step.code) else {
                throw .stepNotNow(step.code, stage: report.handling.stage, next: next)
            }
        }
        let now = await time()
        draft.change.traces[0].timeMilliseconds = now?.milliseconds ?? 0
        draft.change.traces[0].uncertaintyMilliseconds = now?.uncertaintyMilliseconds ?? 0
        return draft
    }

    private func report(_ id: ReportID) async throws(IntakeRefusal) -> Report? {
        do throws(JournalError) {
            return try await journal.report(id)
        } catch {
            throw .journal(error)
        }
    }
}

extension Step {
    /// Throws `.unknownStep`, `.stepNotFor`, `.stepNeeds`.
    func check(by caller: Caller) throws(IntakeRefusal) {
        guard let stage = Workflow.standard[code] else { throw .unknownStep(code) }
        guard !stage.actors.isDisjoint(with: caller.actors) else { throw .stepNotFor(code) }
        let missing = Workflow.Need.allCases.filter { stage.needs.contains($0) && !has($0) }
        guard missing.isEmpty else { throw .stepNeeds(code, missing) }
    }
}
