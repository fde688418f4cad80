import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

extension ReportAPI {
    /// `GET /v1/reports/{id}`
    func show(_ id: ReportID, _ request: Request, _ context: APIContext) async throws -> Response {
        let report = try await held(id, for: context)
        let tag = EntityTag(report.version)
        let unconfirmed = try await node.journal.hearsay(of: id)
        let places = await BlobPlaces(of: report, at: node)
        // While there is a gap, more may arrive without a change of version. Unconfirmed entries also come and go, and
        // photos arrive.
        let isSettled = report.gaps.isEmpty && unconfirmed.isEmpty && places.isSettled
        if isSettled, Conditions.isHeld(tag, request.headers) {
            return Response(status: .notModified, headers: [.eTag: tag.header])
        }
        return Response(try await answer(report, unconfirmed: unconfirmed, places: places))
    }

    /// `GET /v1/reports/{id}/case`
    func showCase(_ id: ReportID, _ context: APIContext) async throws -> Response {
        let report = try await held(id, for: context)
        let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
        let calendars = try await node.centralSettings.calendars(Set(report.handling.rounds.map(\.clock.calendar)))
        return Response(try Answer(CaseView(report, now: now, calendars: calendars), version: report.version))
    }

    /// Returns a report that this node can show to the caller. Otherwise throws the reason: `.hidden`, `.withdrawn`,
    /// `.notKept`, `.unknownReport`. A look at a hidden one is recorded before it is answered.
    private func held(_ id: ReportID, for context: APIContext) async throws -> Report {
        if let report = try await node.journal.report(id) {
            guard context.caller.sees(report) else { throw Problem.unknownReport(id) }
            // While bodies come back, the entry that hides it may be missing.
            let isKnownHidden = report.gaps.isEmpty ? false : try await node.journal.isHidden(id)
            guard report.isHidden || isKnownHidden else { return report }
            guard context.caller.may(.evidence) else { throw Problem.hidden(id) }
            try await node.record("Looked at report \(id), which its reporter took back.", author: await context.who())
            return report
        }
        if try await node.journal.isWithdrawn(id) { throw Problem.withdrawn(id) }
        throw try await node.journal.isPruned(id) ? Problem.notKept(id) : .unknownReport(id)
    }

    /// Answers with a complete report and its version.
    func answer(_ report: Report, unconfirmed: [Hearsay] = [], places: BlobPlaces? = nil) async throws -> Answer {
        let clocks = try await ClockCorrections(of: report, in: node.journal)
        let shown: BlobPlaces = if let places { places } else { await BlobPlaces(of: report, at: node) }
        return try Answer(
            ReportView(
                report: report, unconfirmed: unconfirmed, clocks: clocks,
                catalogue: node.centralSettings.catalogue.value, places: shown),
            version: report.version)
    }

    /// Answers with a large report without its lists, and its version.
    func answer(_ overview: ReportOverview) async throws -> Answer {
        let writes = overview.fields.values.filter(\.isConflict).flatMap(\.siblings).flatMap(\.writes)
        let clocks = try await ClockCorrections(for: writes.map { ($0.origin, $0.stamp) }, in: node.journal)
        let catalogue = node.centralSettings.catalogue.value
        return try Answer(
            ReportView(overview: overview, clocks: clocks, catalogue: catalogue), version: overview.version)
    }

    /// `GET /v1/reports/{id}/history`, `…/notes`, `…/traces`, `…/attachments`
    func page(
        _ name: ReportListName, of id: ReportID, _ request: Request, _ context: APIContext
    ) async throws -> Response {
        let given = try QueryParameters.some(["before", "limit"], request)
        var limit = Limits.pageElements
        if let value = given["limit"], let defect = QueryParameters.read(limit: value, upTo: limit, into: &limit) {
            throw Problem(.badQuery, "`limit` \(defect). Nothing was changed.")
        }
        let report = try await held(id, for: context)
        let clocks = try await ClockCorrections(of: report, in: node.journal)
        // Of an older page, all attachments are asked for: there are at most a few hundred.
        let places = name == .attachments ? await BlobPlaces(of: report.attachments.map(\.value), at: node) : .none
        guard
            let view = ReportListView(
                name, of: report, before: given["before"], limit: limit, clocks: clocks, places: places)
        else {
            throw Problem(
                .badQuery, "`before` names no element of this list. Nothing was changed. Start again without it.")
        }
        return try Response(json: view)
    }

    /// `GET /v1/reports`
    func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try await query(of: request)
        query.grids = context.caller.grids
        if query.isHidden {
            guard context.caller.may(.evidence) else { throw IntakeRefusal.lacks(.evidence, context.caller) }
            try await node.record("Listed reports that their reporters took back.", author: await context.who())
        }
        let page = try await node.journal.reports(query)
        let shown = page.reports.flatMap { $0.fields.values.filter(\.isConflict).flatMap(\.siblings).flatMap(\.writes) }
        let clocks = try await ClockCorrections(for: shown.map { ($0.origin, $0.stamp) }, in: node.journal)
        let catalogue = node.centralSettings.catalogue.value
        return try Response(
            list: ReportList(
                reports: page.reports.map { ReportSummary($0, clocks: clocks, catalogue: catalogue) },
                next: page.next.map { ListingCursor(before: $0).text }, complete: page.isComplete ? nil : false),
            to: request)
    }

    private func query(of request: Request) async throws -> ReportQuery {
        let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
        return try ListingQuery.read(request, catalogue: node.centralSettings.catalogue.value, now: now)
    }
}
