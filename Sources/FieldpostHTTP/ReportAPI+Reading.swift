import FieldpostCore
import FieldpostJournal
import FieldpostNode
import HTTPTypes
import Hummingbird

extension ReportAPI {
    /// `GET /v1/reports/{id}`
    func show(_ id: ReportID, _ request: Request) async throws -> Response {
        guard let report = try await node.journal.report(id) else { throw Problem.unknownReport(id) }
        let tag = EntityTag(report.version)
        // Behind a gap more can arrive without the version moving.
        if report.gaps.isEmpty, Conditions.isHeld(tag, request.headers) {
            return Response(status: .notModified, headers: [.eTag: tag.header])
        }
        return try Response(report: report)
    }

    /// `GET /v1/reports`
    func list(_ request: Request) async throws -> Response {
        let page = try await node.journal.reports(try ListingQuery.read(request))
        return try Response(
            json: ReportList(
                reports: page.reports.map(ReportSummary.init), next: page.next.map { ListingCursor(before: $0).text }))
    }
}

extension Response {
    init(report: Report, status: HTTPResponse.Status = .ok) throws {
        try self.init(json: ReportView(report: report), status: status)
        headers[.eTag] = EntityTag(report.version).header
    }

    init(json value: some Encodable, status: HTTPResponse.Status = .ok) throws {
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: try JSON.encode(value)))
    }
}
