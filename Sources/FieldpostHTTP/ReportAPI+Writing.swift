import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Passes requests from HTTP to the intake: reads the request, and writes the answer.
extension ReportAPI {
    /// `POST /v1/reports`
    ///
    /// Without a key, the entry gets the report's id, so that a repeated creation is recognized. Without an id, the
    /// report gets the entry's. Without both, both are new.
    func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let body = try await JSONBody.read(NewReport.self, from: request, context)
        return try await take(body.content, by: body.author, key, context, answering: .created)
    }

    /// `PATCH /v1/reports/{id}`
    func edit(_ id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(ReportEdit.self, from: request, context)
        return try await take(body.content(of: id, seen: seen), by: body.author, key, context, answering: .ok)
    }

    /// `POST /v1/reports/{id}/notes`
    func addNote(to id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(NewNote.self, from: request, context)
        return try await take(
            .note(on: id, seen: seen, text: body.text), by: body.author, key, context, answering: .created)
    }

    /// Answers only after the commit, with the report as this node then holds it. Throws `IntakeRefusal`.
    private func take(
        _ content: Submission.Content, by author: String?, _ key: IdempotencyKey?, _ context: APIContext,
        answering status: HTTPResponse.Status
    ) async throws -> Response {
        let accepted = try await node.intake.take(
            Submission(caller: context.caller, key: key, author: author, content))
        var response = try await answer(accepted, isNew: content.isNew, status)
        if status == .created { response.headers[.location] = "/v1/reports/\(accepted.report)" }
        if accepted.isRepeat, let replayed = Self.replayed { response.headers[replayed] = "true" }
        return response
    }

    private static let replayed = HTTPField.Name("Idempotency-Replayed")

    private func answer(
        _ accepted: Intake.Accepted, isNew: Bool, _ status: HTTPResponse.Status
    ) async throws -> Response {
        let id = accepted.report
        guard case .committed(let committed) = accepted else {
            return try Response(json: PrunedView(id: id.description), status: status)
        }
        // A report is made by its first entry, which then is all of it.
        if isNew, !committed.isRepeat {
            return try await answer(Report(id: id, folding: [committed.entry]), status: status)
        }
        // Reading a large report for each added note would cost more than the note.
        guard committed.overview.counts.entries <= Limits.smallReportEntries else {
            return try await answer(committed.overview, status: status)
        }
        // The report may have been pruned or withdrawn since.
        guard let report = try await node.journal.report(id) else {
            return try Response(json: PrunedView(id: id.description), status: status)
        }
        return try await answer(report, status: status)
    }
}
