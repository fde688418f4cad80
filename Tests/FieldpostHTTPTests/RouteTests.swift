import FieldpostNode
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import FieldpostHTTP

/// What the router does for every route of every API.
@Suite struct RouteTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func served(
        _ routes: [Route], by rule: AccessRule = .trust,
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let router = Router.serving(routes, rule: rule, logger: Self.logger)
        try await Application(router: router, logger: Self.logger).test(.router, body)
    }

    private static func status(
        _ method: HTTPRequest.Method, _ uri: String, _ client: any TestClientProtocol
    ) async throws -> Int { try await client.execute(uri: uri, method: method).status.code }

    private static let thing = Route(.get, "/thing", for: .open) { _, _ in try Response(json: ["it": "is"]) }

    @Test func `two lists may serve one path, and other methods get all allowed ones`() async throws {
        let removal = Route.command("/thing") { _, _ in }
        try await served([Self.thing] + [removal]) { client in
            #expect(try await Self.status(.get, "/thing", client) == 200)
            #expect(try await Self.status(.head, "/thing", client) == 200)
            #expect(try await Self.status(.post, "/thing", client) == 204)
            let refused = try await client.execute(uri: "/thing", method: .delete)
            #expect(refused.status == .methodNotAllowed)
            #expect(refused.headers[.allow] == "GET, HEAD, POST")
            #expect(try await Self.status(.get, "/nothing", client) == 404)
        }
    }

    @Test func `a route refuses every query parameter unless it reads them`() async throws {
        let searching = Route(.get, "/search", for: .open, takesQuery: true) { request, _ in
            try Response(json: ["for": try QueryParameters.only("for", request) ?? ""])
        }
        try await served([Self.thing, searching]) { client in
            let refused = try await Self.status(.get, "/thing?for=this", client)
            let answered = try await Self.status(.get, "/search?for=this", client)
            #expect(refused == 400 && answered == 200)
        }
    }

    @Test func `a caller without permission learns nothing else about a route`() async throws {
        let route = Route.admin(.get, "/secret") { _, author in [author] }
        try await served([route], by: .residents(.forResidents())) { client in
            let status = try await Self.status(.get, "/secret?wrong=1", client)
            #expect(status == 403)
        }
        try await served([route]) { client in
            let answer = try await client.execute(uri: "/secret", method: .get)
            #expect(String(buffer: answer.body) == #"["operator"]"#)
        }
    }
}
