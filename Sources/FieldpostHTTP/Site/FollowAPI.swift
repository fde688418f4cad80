import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Open reports that a resident may follow instead of reporting the same again.
struct FollowAPI: Sendable {
    let node: any NodeService
    private let handles: ReportHandle

    init(node: any NodeService) {
        self.node = node
        handles = ReportHandle(secret: node.handleSecret)
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/nearby", for: .report, takesQuery: true) { request, _ in try await nearby(request) },
            Route(.post, "/v1/follows", for: .report) { request, context in try await follow(request, context) },
        ]
    }

    // MARK: What is offered

    /// Nothing of a report but what kind it is, which grid, how old, and how far: neither words, nor place, nor photos.
    private struct Nearby: Encodable {
        struct Offer: Encodable {
            /// A `ReportHandle`.
            let id: String
            let category: ReceiptView.CategoryView
            let grid: String
            let ageSeconds: Int64
            let stage: ReceiptView.StageView

            private enum CodingKeys: String, CodingKey {
                case id, category, grid, stage
                case ageSeconds = "age_seconds"
            }
        }

        let reports: [Offer]
    }

    /// `GET /v1/nearby?category=AQ01&grid=BT-03`
    private func nearby(_ request: Request) async throws -> Response {
        let given = try QueryParameters.some(["category", "grid"], request)
        guard let category = given["category"], let grid = given["grid"], !category.isEmpty, !grid.isEmpty else {
            throw Problem(.badQuery, "Give `category` and `grid`. Nothing was changed.")
        }
        var query = ReportQuery()
        query.matching = [.category: category, .grid: grid]
        query.limit = 4 * Limits.nearbyReports
        let page = try await node.journal.reports(query)
        let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
        var response = try Response(
            json: Nearby(
                reports: Array(
                    try page.reports.compactMap { try offer($0, now: now) }.prefix(Limits.nearbyReports))))
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// Nil for a case that has ended, one that is too old, and one whose age nobody can tell.
    private func offer(_ report: ReportOverview, now: Int64) throws -> Nearby.Offer? {
        guard report.isOpen, let made = report.reportedAt, let category = report.fields.text(of: .category),
            let grid = report.fields.text(of: .grid)
        else { return nil }
        let age = max(0, now.saturatingSubtract(made))
        guard age <= Limits.nearbyDays * 86_400_000 else { return nil }
        let known = node.centralSettings.catalogue.value.known(category)
        return Nearby.Offer(
            id: try handles.text(for: report.id),
            category: ReceiptView.CategoryView(code: category, zh: known?.chinese, en: known?.english), grid: grid,
            ageSeconds: age / 1000, stage: ReceiptView.StageView(report.summary?.stage ?? ""))
    }

    // MARK: Following

    /// `POST /v1/follows`. Answers like `GET /v1/receipt` for that receipt would, but with nothing of the report.
    private func follow(_ request: Request, _ context: APIContext) async throws -> Response {
        let key = try IdempotencyKey(request.headers)
        let body = try await JSONBody.read(NewFollow.self, from: request, context)
        guard let receipt = body.receipt else { throw Problem.internalError }
        guard let report = handles.report(body.report) else { throw Problem.unknownHandle }
        let found = try await node.journal.report(report)
        let isKnown = found?.fields.followers.contains(receipt) ?? false
        if !isKnown {
            guard let found, !found.isHidden, context.caller.sees(found) else { throw Problem.unknownHandle }
            guard found.fields.followerCount < Limits.reportFollowers else { throw Problem.tooManyFollowers }
            // A receipt opens one report.
            guard try await node.journal.receipt(receipt) == nil else { throw Problem.receiptUsed }
            _ = try await node.intake.take(
                Submission(caller: context.caller, key: key, .follow(of: report, receipt: receipt)))
        }
        return try Response(json: ["report": body.report], status: isKnown ? .ok : .created)
    }
}

/// The body of `POST /v1/follows`.
private struct NewFollow: BodyContent, Sendable {
    let report: String
    let receipt: Hash256?

    init(_ reader: inout ObjectReader) {
        report = reader.required("report", reader.shortText("report")) ?? ""
        receipt = reader.required("receipt", reader.shortText("receipt")).flatMap { Hash256(hex: $0) }
        if receipt == nil, reader.faults.isEmpty {
            reader.note("receipt", "must be the SHA-256 of the receipt's 16 bytes, as 64 hexadecimal digits")
        }
    }
}

extension Problem {
    fileprivate static let unknownHandle = Problem(
        .unknownReport,
        "This node does not offer that report, or no longer. Nothing was changed. Ask again what is nearby, or report "
            + "it yourself.")

    fileprivate static let tooManyFollowers = Problem(
        .reportFull,
        "\(Limits.reportFollowers) people follow this report already. Nothing was changed. Report it yourself.")

    fileprivate static let receiptUsed = Problem(
        .keyReused, "This receipt opens a report already. Nothing was changed. Draw a new receipt.")
}
