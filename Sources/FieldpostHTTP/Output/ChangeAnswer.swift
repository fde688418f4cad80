import FieldpostCore
import FieldpostNode
import FieldpostStore

/// The form of the answer to a change that was accepted.
struct ChangeAnswer: Hashable, Sendable {
    /// 201 for what is new, and 200.
    let status: Int
    /// The change creates a report.
    let isNew: Bool
    /// The client wants no body.
    let isMinimal: Bool

    /// Nil if the journal must be read for the answer.
    func atOnce(_ accepted: Intake.Accepted, _ catalogue: Catalogue) throws -> Answer? {
        if isMinimal { return minimal(accepted) }
        guard case .committed(let committed) = accepted else {
            return completed(try Answer(json: PrunedView(accepted.report), status: 200), accepted)
        }
        // A report is made by its first entry, which then is all of it.
        guard isNew, !committed.isRepeat else { return nil }
        let tag = EntityTag(committed.version).text
        if let bytes = NewReportView.bytes(of: committed.entry, version: tag, catalogue: catalogue) {
            let fields = [EntityTag.field(tag)]
            return completed(
                Answer(status: status, contentType: "application/json", fields: fields, body: bytes), accepted)
        }
        let report = Report(id: accepted.report, folding: [committed.entry])
        return completed(
            try Answer(ReportView(report: report, clocks: .none, catalogue: catalogue), version: report.version),
            accepted)
    }

    /// With the status and the fields of a change.
    func completed(_ view: Answer, _ accepted: Intake.Accepted) -> Answer {
        var answer = view
        answer.status = status
        if status == 201 {
            answer.fields.append(Answer.Field(name: "Location", value: "/v1/reports/\(accepted.report)"))
        }
        if accepted.isRepeat { answer.fields.append(Answer.Field(name: "Idempotency-Replayed", value: "true")) }
        return answer
    }

    /// The version is what the author has seen, not what the node holds: the client sees nothing else of the report.
    private func minimal(_ accepted: Intake.Accepted) -> Answer {
        var answer = Answer(status: status)
        if case .committed(let committed) = accepted { answer.fields.append(EntityTag(committed.version).field) }
        answer = completed(answer, accepted)
        answer.fields.append(Answer.Field(name: "Preference-Applied", value: Preference.minimal))
        if status == 200 { answer.status = 204 }
        return answer
    }
}
