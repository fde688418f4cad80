import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceLifecycle

/// Lists as files for other programs, and the map that goes with them.
extension ReportAPI {
    /// `GET /v1/export?format=csv`, with the filters of `GET /v1/reports`. It is written as it is read, a page at a
    /// time, so it takes no more memory for a million rows than for one page. A page is as of the moment at which it is
    /// read.
    func export(_ request: Request, _ context: APIContext) async throws -> Response {
        let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
        let catalogue = node.centralSettings.catalogue.value
        var query = try ListingQuery.read(request, catalogue: catalogue, now: now, besides: "format")
        guard !query.isHidden else { throw IntakeRefusal.lacks(.evidence, context.caller) }
        guard let format = ExportFormat(rawValue: try Self.format(request)) else {
            throw Problem(.badQuery, "`format` must be csv or geojson. Nothing was changed.")
        }
        query.grids = context.caller.grids
        query.limit = Limits.pageReports
        guard exports.enter(context.caller) else { throw Problem.tooManyExports }
        let place = WaitingPlace(exports, context.caller)
        let (first, start) = (try await node.journal.reports(query), query)
        guard first.isComplete else { throw Problem.indexBehind }
        return Response(
            status: .ok,
            headers: [
                .contentType: format.mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentDisposition: "attachment; filename=\"fieldpost.\(format.rawValue)\"",
            ],
            body: ResponseBody { [node] writer in
                defer { place.leave() }
                var (page, query, isFirst) = (first, start, true)
                var checked = ContinuousClock.now
                try await writer.write(ByteBuffer(string: format.head))
                while true {
                    var text = ""
                    for report in page.reports {
                        guard let row = ExportRow(report, catalogue).text(as: format) else { continue }
                        text += (isFirst ? "" : format.separator) + row
                        isFirst = false
                    }
                    if !text.isEmpty { try await writer.write(ByteBuffer(string: text)) }
                    guard let next = page.next else { break }
                    // A file that is cut short must not look whole: the connection ends without its end.
                    guard !Task.isCancelled, !Task.isShuttingDownGracefully else { throw CancellationError() }
                    if ContinuousClock.now >= checked + .milliseconds(Limits.liveCheckMilliseconds) {
                        guard try await context.identify() == context.caller else { throw CancellationError() }
                        checked = .now
                    }
                    query.before = next
                    page = try await node.journal.reports(query)
                }
                try await writer.write(ByteBuffer(string: format.foot))
                try await writer.finish(nil)
            })
    }

    private static func format(_ request: Request) throws(Problem) -> String {
        var format = ""
        try QueryParameters(request).read { name, value in
            if name == "format" { format = value }
            return nil
        }
        return format
    }

    /// `GET /v1/map`: the drawing of the grids and buildings, as central's setting `map` has it.
    func map(_ request: Request) async throws -> Response {
        guard let version = try await node.centralSettings.newest(CentralSetting.map) else {
            throw Problem(
                .unknownSetting,
                "There is no drawing of the grids. An administrator gives one: `fieldpost settings set map FILE`, with "
                    + "GeoJSON.")
        }
        let tag = "\(version.id)"
        guard !Conditions.tags(request.headers).contains(tag) else {
            return Response(status: .notModified, headers: [.eTag: "\"\(tag)\""])
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/geo+json", .eTag: "\"\(tag)\"", .cacheControl: "no-cache",
                .xContentTypeOptions: "nosniff",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: version.setting.text)))
    }
}

extension Problem {
    fileprivate static let indexBehind = Problem(
        .busy,
        "The search index is behind, so the list would lack reports. Nothing was changed. Try again in a minute.",
        headers: [HTTPField(name: .retryAfter, value: "60")])

    fileprivate static var tooManyExports: Problem {
        Problem(
            .tooManyRequests, "Too many lists are being written at once. Nothing was changed. Try again in a minute.",
            headers: [HTTPField(name: .retryAfter, value: "60")])
    }
}
