import FieldpostCore
package import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// The HTTP API for reports. It is the same at a gateway and at central. `Protocol/openapi.yaml` describes it.
package struct ReportAPI: Sendable {
    let node: any NodeService
    let streamed = StreamedReports()
    let blobs: BlobAPI
    private let tasks: TaskAPI
    let receipts: ReceiptAPI
    private let changes: ChangeAPI
    private let board: BoardAPI
    private let live: LiveAPI
    let residentForms = Turns(Limits.residentForms)
    let evaluations = Turns(Limits.indicatorEvaluations)
    let exports = RequestWaits(all: Limits.exports, ofCaller: 1)

    package init(node: any NodeService) {
        self.node = node
        blobs = BlobAPI(node: node)
        tasks = TaskAPI(node: node)
        receipts = ReceiptAPI(node: node, blobs: blobs)
        changes = ChangeAPI(node: node)
        board = BoardAPI(node: node)
        live = LiveAPI(node: node)
    }

    /// What terminals use at a gateway, and people at central.
    package var routes: [Route] {
        [
            health,
            Route(.get, "/v1/status", for: .read) { _, _ in try Response(json: try await node.status()) },
        ] + reportRoutes + taskRoutes + blobRoutes + receipts.routes
    }

    /// The routes of tasks, of events about deadlines and of changes.
    package var taskRoutes: [Route] { tasks.routes + changes.routes + [board.route, live.route] }

    /// The routes of photos and clips.
    package var blobRoutes: [Route] { blobs.routes }

    /// What residents use, on a port of its own. Their pages are in `SiteAPI`.
    package var residentRoutes: [Route] {
        [health, creation] + receipts.routes + blobs.intakeRoutes + FollowAPI(node: node).routes
    }

    /// The routes of reports and their cases.
    package var reportRoutes: [Route] {
        let lists = ReportListName.allCases.map { name in
            report(.get, "/\(name.rawValue)", for: .read, takesQuery: true) { id, request, context in
                try await page(name, of: id, request, context)
            }
        }
        return [
            creation,
            Route(.get, "/v1/reports", for: .read, takesQuery: true) { request, context in
                try await list(request, context)
            },
            Route(.get, "/v1/export", for: .read, takesQuery: true) { request, context in
                try await export(request, context)
            },
            Route(.get, "/v1/map", for: .read) { request, _ in try await map(request) },
            Route(.get, "/v1/indicators", for: .overview, takesQuery: true) { request, _ in
                try await indicators(request)
            },
            report(.get, "", for: .read) { id, request, context in try await show(id, request, context) },
            report(.patch, "", for: .edit) { id, request, context in try await edit(id, request, context) },
            report(.post, "/contact", for: .evidence) { id, _, context in
                try await ContactAPI(node: node).open(of: id, context)
            },
            report(.get, "/case", for: .read) { id, _, context in try await showCase(id, context) },
            report(.post, "/steps", for: .handle) { id, request, context in
                try await takeStep(on: id, request, context)
            },
            Route(.post, "/v1/steps", for: .handle) { request, context in try await takeSteps(request, context) },
            report(.post, "/notes", for: .handle) { id, request, context in
                try await addNote(to: id, request, context)
            },
            report(.post, "/attachments", for: .handle) { id, request, context in
                try await attach(to: id, request, context)
            },
        ] + lists + CategoryAPI(node: node).routes + OrganisationAPI(node: node).routes
    }

    private var health: Route { Route(.get, "/healthz", for: .open) { _, _ in try takesReports() } }

    private var creation: Route {
        Route(.post, "/v1/reports", for: .report, fast: FastCreation(api: self)) { request, context in
            try await create(request, context)
        }
    }

    /// A route of one report, whose id the path names.
    private func report(
        _ method: HTTPRequest.Method, _ end: String, for permission: Permission, takesQuery: Bool = false,
        answer: @escaping @Sendable (ReportID, Request, APIContext) async throws -> Response
    ) -> Route {
        Route(method, "/v1/reports/{id}" + end, for: permission, takesQuery: takesQuery) { request, context in
            try await answer(try Self.report(in: context), request, context)
        }
    }

    private static func report(in context: APIContext) throws(Problem) -> ReportID {
        guard let id = context.parameters.get("id").flatMap({ ReportID(text: $0) }) else {
            throw Problem(
                .badID, "A report's id is a UUID, such as 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05. Check the path.")
        }
        return id
    }

    /// Whether the node accepts all kinds of reports.
    private func takesReports() throws -> Response {
        guard node.journal.failure == nil else { throw Problem.journalFailed }
        let stage = node.journal.diskStage
        guard stage < .ordinaryRefused else { throw Problem.unhealthy(stage) }
        return try Response(json: ["status": "ok"])
    }
}
