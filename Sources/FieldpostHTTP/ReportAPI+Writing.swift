import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

extension ReportAPI {
    /// `POST /v1/reports`
    ///
    /// Without a key the entry takes the report's id, so that a bare retry of a creation is known as one; without an
    /// id the report takes the entry's. With neither both are new.
    func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let body = try await JSONBody.read(NewReport.self, from: request, context)
        try context.caller.check(body)
        let author = try context.caller.author(saying: body.author)
        let entry = key?.entry ?? body.id.map { EntryID($0.value) } ?? .random()
        let id = body.id ?? ReportID(entry.value)
        return try await commit(
            Draft(
                id: entry, report: id, intent: .create, author: author, stamp: node.stamp(), change: body.change),
            answering: .created)
    }

    /// `PATCH /v1/reports/{id}`
    func edit(_ id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(ReportEdit.self, from: request, context)
        let author = try context.caller.author(saying: body.author)
        guard !body.change.isEmpty else {
            throw Problem(
                .emptyChange,
                "The edit names no field. Nothing was changed; give the fields to set, or null to empty one.")
        }
        return try await commit(
            Draft(
                id: key?.entry ?? .random(), report: id, intent: .edit, seen: seen, author: author,
                stamp: node.stamp(), change: body.change),
            answering: .ok)
    }

    /// `POST /v1/reports/{id}/notes`
    func addNote(to id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let seen = try Conditions.seen(request.headers)
        let body = try await JSONBody.read(NewNote.self, from: request, context)
        let author = try context.caller.author(saying: body.author)
        return try await commit(
            Draft(
                id: key?.entry ?? .random(), report: id, intent: .edit, seen: seen, author: author,
                stamp: node.stamp(), change: body.change),
            answering: .created)
    }

    /// Answers only after the commit, with the report as this node then holds it.
    private func commit(_ draft: Draft, answering status: HTTPResponse.Status) async throws -> Response {
        let committed: Committed
        do throws(JournalError) {
            committed = try await node.journal.append(draft)
        } catch {
            guard case .pruned = error else { throw error }
            return try replay(draft.report, answering: status)
        }
        var response = try await answer(committed, draft.intent, status)
        if status == .created { response.headers[.location] = "/v1/reports/\(draft.report)" }
        if committed.isRepeat, let replayed = Self.replayed { response.headers[replayed] = "true" }
        return response
    }

    /// A change that was taken in long ago is acknowledged again, though its report is not kept here any more.
    private func replay(_ id: ReportID, answering status: HTTPResponse.Status) throws -> Response {
        var response = try Response(json: PrunedView(id: id.description), status: status)
        if status == .created { response.headers[.location] = "/v1/reports/\(id)" }
        if let replayed = Self.replayed { response.headers[replayed] = "true" }
        return response
    }

    private static let replayed = HTTPField.Name("Idempotency-Replayed")

    private func answer(
        _ committed: Committed, _ intent: Draft.Intent, _ status: HTTPResponse.Status
    ) async throws -> Response {
        let id = committed.entry.report
        // A report is made by its first entry, which then is all of it.
        if intent == .create, !committed.isRepeat {
            return try await answer(Report(id: id, folding: [committed.entry]), status: status)
        }
        // Reading a large report for each note that is added to it would cost more than the note.
        guard committed.overview.counts.entries <= Limits.smallReportEntries else {
            return try await answer(committed.overview, status: status)
        }
        // It may have left this node again since.
        guard let report = try await node.journal.report(id) else {
            return try Response(json: PrunedView(id: id.description), status: status)
        }
        return try await answer(report, status: status)
    }
}
