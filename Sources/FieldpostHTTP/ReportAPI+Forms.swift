import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// A report and its photos in one request, as forms without a script and small programs of chat apps send them.
extension ReportAPI {
    /// Answers when the photos and the report are durable. The report names all photos in its first entry, so there is
    /// never one of them without the others.
    func createFromForm(_ boundary: String, _ request: Request, _ context: APIContext) async throws -> Response {
        let form = try await readForm(boundary, request, context)
        let line = try form.fields.report()
        let content = try await content(of: line, form)
        guard case .report(_, _, let attachments) = content else { throw Problem.internalError }
        return try await take(
            content, by: line.report.author, try IdempotencyKey(request.headers) ?? line.key, request, context,
            answering: 201, hasPhotos: !attachments.isEmpty, contact: line.report.contact)
    }

    /// A report with the photos of its form.
    func content(of line: ReportLine, _ form: ReportForm) async throws -> Submission.Content {
        guard case .report(let id, let fields, _) = line.report.content else { throw Problem.internalError }
        var attachments: [Attachment] = []
        for file in form.files {
            let described = NewAttachment(blob: file.blob, mediaType: file.mediaType, role: file.role)
            attachments.append(try await blobs.attachment(described).filled)
        }
        return .report(id: id, fields: fields, attachments: attachments)
    }

    /// Reads a form to its end. Its photos are durable then.
    func readForm(_ boundary: String, _ request: Request, _ context: APIContext) async throws -> ReportForm {
        guard try ContentCoding(request.headers) == .identity else { throw Problem.codedFile }
        let length = request.headers[.contentLength].flatMap { UInt64($0) }
        if let most = FormLimits(context.caller).bytes {
            guard let length else { throw Problem.noLength }
            guard length <= most else { throw Problem.formTooLarge(most) }
        }
        let isResident = context.caller == .resident
        guard !isResident || residentForms.enter() else { throw BlobError.busy }
        defer { if isResident { residentForms.leave() } }
        var form = ReportForm(
            boundary, into: blobs, for: context.caller, owner: BlobAPI.client(request, context).name, length: length)
        await context.streamBody()
        try await form.read(request.body)
        return form
    }
}
