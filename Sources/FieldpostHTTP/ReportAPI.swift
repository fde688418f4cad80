import FieldpostCore
import FieldpostJournal
package import FieldpostNode
import HTTPTypes
package import Hummingbird
package import Logging

/// The HTTP API for reports, the same at a gateway and at the central node. `Protocol/openapi.yaml` describes it.
package struct ReportAPI: Sendable {
    let node: any NodeService
    let logger: Logger
    private let rule: AccessRule

    /// `rule`: by which requests are let in.
    package init(node: any NodeService, rule: AccessRule, logger: Logger) {
        self.node = node
        self.rule = rule
        self.logger = logger
    }

    /// The paths served and their methods, as `Protocol/openapi.yaml` writes them.
    package static let routes: [String: [HTTPRequest.Method]] = [
        "/healthz": [.get],
        "/v1/status": [.get],
        "/v1/reports": [.get, .post],
        "/v1/reports/{id}": [.get, .patch],
        "/v1/reports/{id}/notes": [.get, .post],
        "/v1/reports/{id}/traces": [.get],
        "/v1/reports/{id}/attachments": [.get],
        "/v1/reports/{id}/history": [.get],
    ]

    /// What residents are served of it, on a port of their own.
    package static let residentRoutes: [String: [HTTPRequest.Method]] = [
        "/healthz": [.get],
        "/v1/reports": [.post],
    ]

    /// A router that serves these routes, and nothing else yet.
    package func router(_ routes: [String: [HTTPRequest.Method]] = routes) -> Router<APIContext> {
        let router = Router<APIContext>.answeringProblems(logger: logger)
        router.add(middleware: AccessMiddleware(rule: rule))
        addRoutes(routes, to: router)
        return router
    }

    /// Adds routes to a router that finds out who asks.
    package func addRoutes(_ routes: [String: [HTTPRequest.Method]], to router: Router<APIContext>) {
        for (path, methods) in routes {
            for method in methods {
                router.on(RouterPath(path), method: method) { request, context in
                    try await answer(path, request, context)
                }
            }
            router.refuseOtherMethods(than: methods, at: path)
        }
    }

    private func answer(_ path: String, _ request: Request, _ context: APIContext) async throws -> Response {
        let listName = ReportListName.allCases.first { path == "/v1/reports/{id}/\($0.rawValue)" }
        let isListing = request.method != .post && (path == "/v1/reports" || listName != nil)
        if path != "/healthz" { try admit(context.caller, path, request.method) }
        if !isListing { try QueryParameters.refuseAll(request) }
        return switch (path, request.method) {
        case ("/healthz", _): try health()
        case ("/v1/status", _): try Response(json: try await node.status())
        case ("/v1/reports", .post): try await create(request, by: context.caller, context)
        case ("/v1/reports", _): try await list(request)
        case ("/v1/reports/{id}", .patch): try await edit(try report(context), request, by: context.caller, context)
        case ("/v1/reports/{id}", _): try await show(try report(context), request)
        case ("/v1/reports/{id}/notes", .post):
            try await addNote(to: try report(context), request, by: context.caller, context)
        default:
            if let listName {
                try await page(listName, of: try report(context), request)
            } else {
                throw Problem.internalError
            }
        }
    }

    /// Throws `.unauthenticated`, `.forbidden`.
    private func admit(_ caller: Caller, _ path: String, _ method: HTTPRequest.Method) throws(Problem) {
        let (isLetIn, what) =
            switch (path, method) {
            case ("/v1/reports", .post): (caller.mayReport, "report")
            case (_, .get), (_, .head): (caller.mayRead, "read reports")
            default: (caller.mayEdit, "edit reports")
            }
        guard !isLetIn else { return }
        throw caller == .nobody ? .unauthenticated("Nothing shows who you are.") : Caller.forbidden(what)
    }

    private func report(_ context: APIContext) throws(Problem) -> ReportID {
        guard let id = context.parameters.get("id").flatMap({ ReportID(text: $0) }) else {
            throw Problem(
                .badID, "A report's id is a UUID, as in 0190a5c8-7d1e-7c3a-9b1f-2f6d8e4a1b05. Check the path.")
        }
        return id
    }

    /// Whether the node takes reports of every kind.
    private func health() throws -> Response {
        guard node.journal.failure == nil else { throw Problem.journalFailed }
        let stage = node.journal.diskStage
        guard stage < .ordinaryRefused else { throw Problem.unhealthy(stage) }
        return try Response(json: ["status": "ok"])
    }
}
