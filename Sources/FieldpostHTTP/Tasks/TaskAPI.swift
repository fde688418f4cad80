import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import ServiceLifecycle

/// What waits for whom, and what was raised about deadlines. The same at a gateway and at central.
struct TaskAPI: Sendable {
    let node: any NodeService
    private let waits = RequestWaits(all: Limits.waitingTasks, ofCaller: Limits.waitingTasksOfCaller)

    init(node: any NodeService) { self.node = node }

    var routes: [Route] {
        [
            Route(.get, "/v1/tasks", for: .read, takesQuery: true) { request, context in
                try await list(request, context)
            },
            Route(.get, "/v1/events", for: .overview, takesQuery: true) { request, _ in try await events(request) },
        ]
    }

    /// `GET /v1/tasks`
    ///
    /// The tag of an answer names what the page shows, but for the time that is left. A client that sends it back in
    /// `If-None-Match`, with `Prefer: wait=SECONDS` (RFC 7240), gets its answer when the page shows something else, or
    /// 304 after that time.
    private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        var query = try TaskListQuery.read(request, catalogue: node.centralSettings.catalogue.value)
        query.grids = context.caller.grids
        let held = Conditions.tags(request.headers)
        var fields: HTTPFields = [:]
        var now = await now()
        var (mark, shown) = try await node.journal.tasks(query, now: now) { held.contains($0.hex) }
        // A mark of a search costs as much as the search.
        if query.text == nil, shown == nil, let seconds = Preference.wait(request.headers) {
            guard waits.enter(context.caller) else { throw Problem.tooManyWaits }
            defer { waits.leave(context.caller) }
            _ = try await change(of: mark, query, seconds: seconds)
            fields[.preferenceApplied] = "wait=\(seconds)"
            // The access may have been revoked meanwhile.
            let caller = try await context.identify()
            guard caller.may(.read) else { throw IntakeRefusal.lacks(.read, caller) }
            query.grids = caller.grids
            now = await self.now()
            (mark, shown) = try await node.journal.tasks(query, now: now) { held.contains($0.hex) }
        }
        fields[.eTag] = "\"\(mark.hex)\""
        guard let page = shown else { return Response(status: .notModified, headers: fields) }
        let calendars = try await node.centralSettings.calendars(Set(page.tasks.compactMap(\.clock?.calendar)))
        var response = try Response(list: TaskList(page, now: now, calendars: calendars), to: request)
        for field in fields { response.headers.append(field) }
        return response
    }

    /// Returns the present mark when it is another one, when the time is over, or when this node ends.
    private func change(of mark: Hash256, _ query: TaskQuery, seconds: Int) async throws -> Hash256 {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end, !Task.isCancelled, !Task.isShuttingDownGracefully {
            let pause = ContinuousClock.now + .milliseconds(Limits.taskLookMilliseconds)
            try? await Task.sleep(until: min(pause, end))
            let present = try await self.mark(of: query)
            if present != mark { return present }
        }
        return mark
    }

    private func mark(of query: TaskQuery) async throws -> Hash256 {
        try await node.journal.taskMark(query, now: await now())
    }

    /// The corrected time. If nobody knows it, that of this machine.
    private func now() async -> Int64 { await node.time()?.milliseconds ?? node.stamp().wallMilliseconds }

    /// `GET /v1/events`
    private func events(_ request: Request) async throws -> Response {
        let given = try QueryParameters.some(["since", "limit"], request)
        let since = given["since"].map { Int64($0) ?? -1 } ?? 0
        guard since >= 0 else {
            throw Problem(.badQuery, "`since` must be the number of an event, or 0. Nothing was changed.")
        }
        var limit = Limits.pageEvents
        if let value = given["limit"], let defect = QueryParameters.read(limit: value, upTo: limit, into: &limit) {
            throw Problem(.badQuery, "`limit` \(defect). Nothing was changed.")
        }
        let found = try await node.journal.caseEvents(after: since, limit: limit)
        // Of a report that its reporter took back, nothing is told.
        var shown: [CaseEvent] = []
        for event in found where try await !node.journal.isHidden(event.report) { shown.append(event) }
        return try Response(json: EventList(shown, next: found.last?.number ?? since))
    }
}

extension Problem {
    fileprivate static var tooManyWaits: Problem {
        Problem(
            .tooManyRequests,
            "Too many requests wait here for a change of tasks. Nothing was changed. Ask without `Prefer: wait`, or "
                + "again when one of them has its answer.", headers: [HTTPField(name: .retryAfter, value: "5")])
    }
}
