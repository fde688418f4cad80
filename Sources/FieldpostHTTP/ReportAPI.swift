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

    package init(node: any NodeService, logger: Logger) {
        self.node = node
        self.logger = logger
    }

    /// The paths served and their methods, as `Protocol/openapi.yaml` writes them.
    package static let routes: [String: [HTTPRequest.Method]] = [
        "/healthz": [.get],
        "/v1/status": [.get],
        "/v1/reports": [.get, .post],
        "/v1/reports/{id}": [.get, .patch],
        "/v1/reports/{id}/notes": [.post],
    ]

    /// A router that serves this API, and nothing else yet.
    package func router() -> Router<BasicRequestContext> {
        let router = Router<BasicRequestContext>.answeringProblems(logger: logger)
        addRoutes(to: router)
        return router
    }

    /// Adds this API to a router made by `Router.answeringProblems`.
    package func addRoutes(to router: Router<BasicRequestContext>) {
        for (path, methods) in Self.routes {
            for method in methods {
                router.on(RouterPath(path), method: method) { request, context in
                    try await answer(path, request, context)
                }
            }
            router.refuseOtherMethods(than: methods, at: path)
        }
    }

    private func answer(_ path: String, _ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let isListing = path == "/v1/reports" && request.method != .post
        if !isListing { try QueryParameters.refuseAll(request) }
        return switch (path, request.method) {
        case ("/healthz", _): try health()
        case ("/v1/status", _): try Response(json: try await node.status())
        case ("/v1/reports", .post): try await create(request)
        case ("/v1/reports", _): try await list(request)
        case ("/v1/reports/{id}", .patch): try await edit(try report(context), request)
        case ("/v1/reports/{id}", _): try await show(try report(context), request)
        case ("/v1/reports/{id}/notes", _): try await addNote(to: try report(context), request)
        default: throw Problem.internalError
        }
    }

    private func report(_ context: BasicRequestContext) throws(Problem) -> ReportID {
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
