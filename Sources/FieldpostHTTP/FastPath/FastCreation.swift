import FieldpostCore
import FieldpostNode

/// `POST /v1/reports` without the HTTP library: reads the head and the body, and hands the report to the intake.
struct FastCreation: Sendable {
    let api: ReportAPI

    /// What the head of a request says about a new report.
    struct Head: Sendable {
        let key: IdempotencyKey?
        let isMinimal: Bool
    }

    /// Nil for a head that is unusual or invalid: the ordinary way answers it.
    func read(_ head: RequestHead) -> Head? {
        guard head.only("content-encoding") == .absent, case .value(let type) = head.only("content-type"),
            MediaType.isJSON(type)
        else { return nil }
        var key: IdempotencyKey?
        switch head.only("idempotency-key") {
        case .absent: break
        case .repeated: return nil
        case .value(let text):
            guard let given = IdempotencyKey(field: text) else { return nil }
            key = given
        }
        switch head.only("prefer") {
        case .absent: return Head(key: key, isMinimal: false)
        case .repeated: return nil
        case .value(let text): return Head(key: key, isMinimal: Preference.isMinimal(text))
        }
    }

    /// Calls `then` after the commit, on any thread, unless it throws. Throws `Problem`, `IntakeRefusal`.
    func take(
        _ head: Head, _ body: [UInt8], by caller: Caller,
        then: @escaping @Sendable (Result<Intake.Accepted, IntakeRefusal>) -> Void
    ) throws {
        let report = try JSONBody.decode(NewReport.self, body)
        let submission = Submission(
            caller: caller, key: head.key, author: report.author, report.content, contact: report.contact)
        try api.node.intake.take(submission, comesAgain: !head.isMinimal, then: then)
    }

    /// Nil if the journal must be read for the answer.
    func answer(to accepted: Intake.Accepted, _ head: Head) throws -> Answer? {
        let form = ChangeAnswer(status: 201, isNew: true, isMinimal: head.isMinimal)
        return try form.atOnce(accepted, api.node.centralSettings.catalogue.value)
    }
}
