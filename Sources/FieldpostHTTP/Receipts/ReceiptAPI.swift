import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore

/// What a reporter does who shows the receipt of a report: sees what became of it, adds to it, takes it back, rates the
/// work. The same at a gateway and at central, on their ports for staff and for residents.
struct ReceiptAPI: Sendable {
    let node: any NodeService
    let blobs: BlobAPI
    /// Counts receipts that nobody knows, by address.
    private let strangers = RateLimiter.forReceipts()
    /// Counts what is written with receipts, by address, where the port does not count it.
    private let writers = RateLimiter.forWrites()

    init(node: any NodeService, blobs: BlobAPI) {
        self.node = node
        self.blobs = blobs
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/receipt", for: .open) { request, context in
                let found = try await found(request, context)
                return try await answer(found, try await shown(found.report))
            },
            Route(.get, "/v1/receipt/qr", for: .open, takesQuery: true) { request, context in
                try await link(request, context)
            },
            Route(.post, "/v1/receipt/notes", for: .open) { request, context in
                let body = { try await JSONBody.read(ReporterNote.self, from: request, context) }
                return try await write(request, context, body) { .note(on: $0, seen: $1, text: $2.text, .everyone) }
            },
            Route(.post, "/v1/receipt/attachments", for: .open) { request, context in try await attach(request, context)
            },
            Route(.post, "/v1/receipt/withdraw", for: .open) { request, context in
                let body = { try await JSONBody.read(Withdrawal.self, from: request, context) }
                return try await write(request, context, body, mayDecide: true) { report, seen, _ in
                    .hiding(of: report, seen: seen)
                }
            },
            Route(.post, "/v1/receipt/rating", for: .open) { request, context in
                let body = { try await JSONBody.read(NewRating.self, from: request, context) }
                return try await write(request, context, body, mayDecide: true) {
                    .rating(on: $0, seen: $1, $2.rating, comment: $2.comment)
                }
            },
            Route(.get, "/v1/receipt/photos/{sha256}", for: .open) { request, context in
                let photo = try await photo(request, context)
                return try await blobs.publicCopy(of: photo, request)
            },
            Route(.get, "/v1/receipt/photos/{sha256}/thumbnail", for: .open) { request, context in
                let photo = try await photo(request, context)
                return try await blobs.thumbnail(of: photo, request)
            },
        ]
    }

    // MARK: Showing

    /// The report whose receipt the request shows. Throws `.unauthenticated`, `.unknownReceipt`, `.tooManyRequests`.
    private func found(_ request: Request, _ context: APIContext) async throws -> ShownReceipt {
        try await found(try ReceiptHeader.receipt(request.headers), request, context)
    }

    /// The same for a receipt that comes in a form.
    func found(_ receipt: ReportReceipt, _ request: Request, _ context: APIContext) async throws -> ShownReceipt {
        let address = ClientAddress.of(request, context)
        if request.method == .post, context.caller == .nobody, let seconds = writers.take(address) {
            throw Problem.tooManyRequests("Too much was sent recently, from your address or in total.", seconds)
        }
        // A receipt counts as wrong until it is known.
        if let seconds = strangers.take(address) {
            throw Problem.tooManyRequests("Too many unknown receipts came from your address.", seconds)
        }
        guard let found = try await node.journal.receipt(receipt.hash) else { throw Problem.unknownReceipt }
        strangers.giveBack(address)
        return ShownReceipt(report: found, hash: receipt.hash)
    }

    func shown(_ found: FoundReceipt) async throws -> PublicReport {
        switch found {
        case .gone: throw Problem.receiptNotKept
        case .summary(let summary): return summary.report
        case .report(let report):
            let versions = Set([report.handling.clock?.calendar].compactMap(\.self))
            let calendars = try await node.centralSettings.calendars(versions)
            let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
            return PublicReport(of: report, now: now) { calendars[$0] }
        }
    }

    private func answer(
        _ found: ShownReceipt, _ report: PublicReport, status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let view = try await view(found, report)
        var response = try Response(json: view, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    func view(_ found: ShownReceipt, _ report: PublicReport) async throws -> ReceiptView {
        ReceiptView(
            report, now: await node.time(), catalogue: node.centralSettings.catalogue.value, follows: !found.isReporter,
            isAtCentral: try await isAtCentral(found.report))
    }

    private func isAtCentral(_ found: FoundReceipt) async throws -> Bool {
        switch found {
        // What was pruned is at central.
        case .gone, .summary: true
        case .report(let report): try await node.journal.isAtCentral(report.version)
        }
    }

    /// The photo that the path names, if the public view lists it.
    private func photo(_ request: Request, _ context: APIContext) async throws -> Hash256 {
        let report = try await shown(try await found(request, context).report)
        let blob = try BlobAPI.blob(in: context)
        guard report.photos.contains(where: { $0.blob == blob.hex }) else { throw BlobError.notHeld(blob) }
        return blob
    }

    /// `GET /v1/receipt/qr?base=http://192.168.1.10:8090/`: the secret link of the receipt as a QR code (SVG). `base`
    /// is the address at which the page was opened.
    private func link(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try await found(request, context)
        let base = try QueryParameters.only("base", request)
        guard let base, PublicURL.isValid(base) else {
            throw Problem(.badQuery, "`base` must be the address of the page, such as http://192.168.1.10:8090/.")
        }
        let secret = try ReceiptHeader.text(request.headers)
        let image = try QRCode(PublicURL.base(base) + "#/r/" + secret).svg(title: "")
        return Response(
            status: .ok,
            headers: [
                .contentType: "image/svg+xml", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: image)))
    }

    // MARK: Writing

    /// `mayDecide`: it takes the report back, or rates the work.
    private func write<Body: Sendable>(
        _ request: Request, _ context: APIContext, _ read: () async throws -> Body, mayDecide: Bool = false,
        _ content: (ReportID, ReportVersion?, Body) -> Submission.Content
    ) async throws -> Response {
        let found = try await found(request, context)
        let key = try IdempotencyKey(request.headers)
        let body = try await read()
        try found.checkKept()
        if mayDecide {
            guard found.isReporter else { throw Problem.receiptFollows }
            // Somebody may have sent the same report elsewhere, with a receipt of his own. Neither decides then.
            guard found.reporters < 2 else { throw Problem.receiptContested }
        }
        return try await take(content(found.report.id, found.report.seen, body), key, in: found)
    }

    /// `POST /v1/receipt/attachments`. The photo was uploaded before.
    private func attach(_ request: Request, _ context: APIContext) async throws -> Response {
        let found = try await found(request, context)
        let key = try IdempotencyKey(request.headers)
        let body = try await JSONBody.read(NewAttachment.self, from: request, context)
        try found.checkKept()
        guard body.author == nil else {
            throw Problem(.invalidValue, "A receipt names no author. Nothing was changed. Leave \"author\" out.")
        }
        // Such photos show the public what was done.
        guard body.details.role != AttachmentRole.after.rawValue else {
            throw Problem(
                .invalidValue, "Photos after the work come from staff. Nothing was changed. Give another \"role\".")
        }
        let attachment = try await blobs.attachment(body).filled
        return try await take(
            .attachment(to: found.report.id, seen: found.report.seen, attachment), key, in: found)
    }

    /// Answers after the commit, with what the reporter then sees.
    private func take(
        _ content: Submission.Content, _ key: IdempotencyKey?, in found: ShownReceipt
    ) async throws -> Response {
        let id = found.report.id
        let accepted = try await node.intake.take(Submission(
                caller: .reporter(id), key: key,
                author: found.isReporter ? PublicReport.author : PublicReport.follower, content))
        var report: PublicReport?
        let now = try await node.journal.report(id)
        if case .summary(let summary) = found.report, now?.gaps.isEmpty != true {
            report = summary.report
        } else if let now {
            report = try await shown(.report(now))
        }
        guard let report else { throw Problem.receiptNotKept }
        let written = ShownReceipt(report: now.map { .report($0) } ?? found.report, hash: found.hash)
        var response = try await answer(written, report, status: accepted.isRepeat ? .ok : .created)
        if accepted.isRepeat, let name = HTTPField.Name("Idempotency-Replayed") { response.headers[name] = "true" }
        return response
    }
}

/// A report, and by which receipt it was found.
struct ShownReceipt: Sendable {
    let report: FoundReceipt
    let hash: Hash256

    /// Whoever shows it made the report. False: somebody who follows it.
    var isReporter: Bool {
        switch report {
        case .report(let report): report.fields.receipts.contains(hash)
        case .summary(let summary): summary.receipts?.contains(hash) ?? true
        // Whose it was is not known any more.
        case .gone: false
        }
    }

    /// Throws `.notKept` before anything is written, if the node no longer knows who may write what.
    func checkKept() throws(Problem) {
        if case .gone = report { throw .receiptNotKept }
    }

    /// With how many receipts the report came.
    var reporters: Int {
        switch report {
        case .report(let report): Set(report.fields.receipts).count
        case .summary(let summary): summary.receipts?.count ?? 1
        case .gone: 1
        }
    }
}

extension FoundReceipt {
    var id: ReportID {
        switch self {
        case .report(let report): report.id
        case .summary(let summary): summary.id
        case .gone(let id): id
        }
    }

    /// What the reporter has seen. Nil: what this node holds now.
    var seen: ReportVersion? { if case .summary(let summary) = self { summary.version } else { nil } }
}

extension RateLimiter {
    /// For receipts that nobody knows.
    fileprivate static func forReceipts() -> RateLimiter {
        RateLimiter(
            each: Rate(burst: Limits.wrongReceipts, perMinute: Limits.wrongReceiptsPerMinute),
            all: Rate(burst: Limits.limitedAddresses, perMinute: Limits.limitedAddresses))
    }
}

extension Problem {
    /// The same whether a receipt was never issued, or this node does not have its report yet.
    static let unknownReceipt = Problem(
        .unknownReceipt,
        "This node knows no report with this receipt. Check it. If you reported at another station, the report may "
            + "still be on its way: try again later.")

    static let receiptContested = Problem(
        .forbidden,
        "This report came with two receipts, so this one alone neither takes it back nor rates the work. Nothing was "
            + "changed. Add a note, or ask the station.")

    static let receiptFollows = Problem(
        .forbidden,
        "This receipt follows a report of somebody else, so it neither takes it back nor rates the work. Nothing was "
            + "changed. Add a note or a photo instead.")

    static let receiptNotKept = Problem(
        .notKept, "This node no longer keeps the report of this receipt. Nothing was changed. Ask at central.")
}
