import FieldpostCore
import FieldpostStore

/// What follows from a rating by the reporter.
extension Intake {
    /// Completes the draft of a rating. A reporter who is not satisfied has the case reopened by the same entry, for
    /// some days after its end. After that, the rating is only recorded.
    ///
    /// A repeat with the same key gets what the first got. Throws `.notRatedYet`, `.journal`.
    func complete(_ draft: Draft, of rating: Rating, _ comment: String) async throws(IntakeRefusal) -> Draft {
        let found = try await rated(draft.report)
        if let first = found.report?.history.first(where: { $0.id == draft.id }) {
            var draft = draft
            // Whether the case was reopened depends on when the first came. The rest must be the same.
            if let trace = first.change.traces.first {
                reopen(&draft, comment: comment, at: Instant(trace))
            }
            return draft
        }
        guard let shown = found.shown else { return draft }
        guard shown.isHidden || shown.hasEnded else { throw .notRatedYet }
        let now = await time()
        guard rating == .dissatisfied, shown.mayReopen(at: now) else { return draft }
        var reopening = draft
        reopen(&reopening, comment: comment, at: now)
        return reopening
    }

    private func reopen(_ draft: inout Draft, comment: String, at now: Instant?) {
        draft.change.fields[.stage] = .text(Self.reopened)
        draft.change.notes = []
        draft.change.traces = [
            Trace(
                stage: Self.reopened, department: "", text: comment.isEmpty ? Rating.dissatisfied.chinese : comment,
                timeMilliseconds: now?.milliseconds ?? 0, uncertaintyMilliseconds: now?.uncertaintyMilliseconds ?? 0,
                audience: .everyone)
        ]
    }

    private static let reopened = "reopened"

    /// The report, if bodies of it are here, and what its reporter sees. Unless all are here, the summary says it.
    private func rated(_ id: ReportID) async throws(IntakeRefusal) -> (report: Report?, shown: PublicReport?) {
        do throws(JournalError) {
            let report = try await journal.report(id)
            if report?.gaps.isEmpty != true, let summary = try await journal.summary(of: id) {
                return (report, summary.report)
            }
            return (report, report.map { PublicReport(of: $0, now: 0) { _ in nil } })
        } catch {
            throw .journal(error)
        }
    }
}

extension Instant {
    fileprivate init(_ trace: Trace) {
        self.init(
            milliseconds: trace.timeMilliseconds, uncertaintyMilliseconds: trace.uncertaintyMilliseconds)
    }
}
