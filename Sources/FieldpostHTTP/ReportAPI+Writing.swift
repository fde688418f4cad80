import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Passes requests from HTTP to the intake: reads the request, and writes the answer.
extension ReportAPI {
    /// `POST /v1/reports`. `FastCreation` does the same without the library.
    ///
    /// Without a key, the entry gets the report's id, so that a repeated creation is recognized. Without an id, the
    /// report gets the entry's. Without both, both are new.
    func create(_ request: Request, _ context: APIContext) async throws -> Response {
        if MediaType.isStream(request.headers) { return try await createAll(request, context) }
        if let boundary = try MediaType.formBoundary(request.headers) {
            return try await createFromForm(boundary, request, context)
        }
        let key = try IdempotencyKey(request.headers)
        let body = try await JSONBody.read(NewReport.self, from: request, context)
        return try await take(
            body.content, by: body.author, key, request, context, answering: 201, contact: body.contact)
    }

    /// `POST /v1/reports` with a report on each line.
    private func createAll(_ request: Request, _ context: APIContext) async throws -> Response {
        guard context.caller != .resident else { throw Problem.streamOfResidents }
        guard try IdempotencyKey(request.headers) == nil else { throw Problem.keyOfStream }
        guard try ContentCoding(request.headers) == .identity else { throw Problem.codedStream }
        await context.streamBody()
        return ReportStream(api: self, inSum: streamed, problems: context.problems)
            .respond(request, identify: context.identify)
    }

    /// `PATCH /v1/reports/{id}`
    func edit(_ id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(ReportEdit.self, from: request, context)
        return try await take(body.content(of: id, seen: seen), by: body.author, key, request, context, answering: 200)
    }

    /// `POST /v1/reports/{id}/steps`
    func takeStep(on id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(NewStep.self, from: request, context)
        return try await take(
            .step(on: id, seen: seen, body.step), by: body.author, key, request, context, answering: 201)
    }

    /// `POST /v1/reports/{id}/notes`
    func addNote(to id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(NewNote.self, from: request, context)
        return try await take(
            .note(on: id, seen: seen, text: body.text, body.audience), by: body.author, key, request, context,
            answering: 201)
    }

    /// `POST /v1/reports/{id}/attachments`. The photo may come before or after.
    func attach(to id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(NewAttachment.self, from: request, context)
        let prepared = try await blobs.attachment(body)
        do {
            return try await take(
                .attachment(to: id, seen: seen, prepared.filled), by: body.author, key, request, context, answering: 201
            )
        } catch let error as IntakeRefusal {
            // It may be a repeat of a request that came before its photo.
            guard case .journal(.keyReused) = error, let given = prepared.given, given != prepared.filled else {
                throw error
            }
            return try await take(
                .attachment(to: id, seen: seen, given), by: body.author, key, request, context, answering: 201)
        }
    }

    /// Answers only after the commit, with the report as this node then holds it. Throws `IntakeRefusal`.
    ///
    /// `hasPhotos`: the answer must say where they are.
    func take(
        _ content: Submission.Content, by author: String?, _ key: IdempotencyKey?, _ request: Request,
        _ context: APIContext, answering status: Int, hasPhotos: Bool = false,
        contact: Contact? = nil
    ) async throws -> Response {
        let accepted = try await node.intake.take(
            Submission(caller: context.caller, key: key, author: author, content, contact: contact))
        let form = ChangeAnswer(
            status: status, isNew: content.isNew && !hasPhotos, isMinimal: Preference.isMinimal(request.headers))
        if let answer = try form.atOnce(accepted, node.centralSettings.catalogue.value) { return Response(answer) }
        return Response(form.completed(try await view(of: accepted), accepted))
    }

    /// The report after a change, as this node holds it now.
    private func view(of accepted: Intake.Accepted) async throws -> Answer {
        let id = accepted.report
        guard case .committed(let committed) = accepted else { return try Answer(json: PrunedView(id), status: 200) }
        guard !committed.overview.isHidden else { return try Answer(json: HiddenView(id), status: 200) }
        // Reading a large report for each added note would cost more than the note.
        guard committed.overview.counts.entries <= Limits.smallReportEntries else {
            return try await answer(committed.overview)
        }
        // The report may have been pruned or withdrawn since.
        guard let report = try await node.journal.report(id) else {
            return try Answer(json: PrunedView(id), status: 200)
        }
        return try await answer(report)
    }
}
