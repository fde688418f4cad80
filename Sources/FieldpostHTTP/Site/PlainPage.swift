import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore

/// The residents' page where no script runs: the form comes as `multipart/form-data`, and the answers are pages.
struct PlainPage: Sendable {
    let reports: ReportAPI
    let receipts: ReceiptAPI
    let minted: PlainReceipts

    var routes: [Route] {
        [
            Route(.post, "/report", for: .report) { request, context in
                try await answer(request, context) { try await take(request, context) }
            },
            Route(.post, "/receipt", for: .open) { request, context in
                try await answer(request, context) { try await show(request, context) }
            },
        ]
    }

    /// Every error is a page too, in words for residents.
    private func answer(
        _ request: Request, _ context: APIContext, _ make: () async throws -> String
    ) async throws -> Response {
        do {
            return page(try await make(), request, .ok)
        } catch let fault as BodyFault {
            throw fault
        } catch {
            let problem = context.problems.problem(
                error, method: request.method.rawValue, route: context.endpointPath ?? "")
            var response = page(
                PlainText.refusal(problem), request, HTTPResponse.Status(code: problem.kind.status))
            for field in problem.headers { response.headers.append(field) }
            return response
        }
    }

    private func page(_ html: String, _ request: Request, _ status: HTTPResponse.Status) -> Response {
        PageAPI.answer(
            PageFile(Array(html.utf8), mediaType: "text/html; charset=utf-8"), request, caching: "no-store",
            status: status == .ok ? .created : status)
    }

    // MARK: A report

    /// `POST /report`. The node draws the receipt, as there is no script on the phone that could. A form that is sent
    /// again within some minutes makes nothing new and gets the same receipt.
    private func take(_ request: Request, _ context: APIContext) async throws -> String {
        guard let boundary = try MediaType.formBoundary(request.headers) else { throw Problem.noForm }
        var form = try await reports.readForm(boundary, request, context)
        let place = form.fields.remove("place")
        let text = form.fields.remove("text")
        let words = [text, place.map { "（地点：\($0)）" }].compactMap(\.self).joined(separator: "\n")
        guard text != nil || !form.files.isEmpty else { throw Problem.nothingSaid }
        let client = ClientAddress.of(request, context) + (request.headers[.userAgent] ?? "")
        let made = minted.make(
            form.fields.bytes + Array(words.utf8) + form.files.flatMap(\.blob.bytes), of: client)
        if !words.isEmpty { try form.fields.add("text", Array(words.utf8)) }
        try form.fields.add("channel", Array(ReportChannel.suishoupai.rawValue.utf8))
        try form.fields.add("receipt", Array(made.receipt.hash.hex.utf8))
        let line = try form.fields.report()
        let content = try await reports.content(of: line, form)
        _ = try await reports.node.intake.take(
            Submission(caller: context.caller, key: nil, content, contact: line.report.contact))
        return PlainText.taken(secret: made.secret, code: made.receipt.code)
    }

    // MARK: What became of it

    /// `POST /receipt`. The receipt is in the body, so it is in no address and in no log.
    private func show(_ request: Request, _ context: APIContext) async throws -> String {
        let text = try await body(request)
        guard let receipt = ReceiptHeader.receipt(text) else { throw Problem.unknownReceipt }
        let found = try await receipts.found(receipt, request, context)
        let view = try await receipts.view(found, try await receipts.shown(found.report))
        return PlainText.state(view, secret: text, code: receipt.code)
    }

    /// The member `secret` of a form without files.
    private func body(_ request: Request) async throws -> String {
        let buffer = try await request.body.collect(upTo: Limits.shortTextBytes)
        let text = String(buffer: buffer)
        for pair in text.split(separator: "&") where pair.hasPrefix("secret=") {
            let units = PercentEncoding.units(pair.dropFirst("secret=".count)) ?? []
            return String(decoding: units.map(\.byte), as: UTF8.self).trimmedField
        }
        return ""
    }
}

extension Problem {
    fileprivate static let noForm = Problem(
        .unsupportedMediaType, "This address takes the form of the page. Nothing was reported. Open the page again.")

    fileprivate static let nothingSaid = Problem(
        .emptyChange, "The report has neither words nor a photo. Nothing was reported. Add one of them.")
}
