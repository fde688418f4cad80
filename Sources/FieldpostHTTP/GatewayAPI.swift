import FieldpostAPI
import FieldpostCore
import FieldpostJournal
package import FieldpostNode
import HTTPTypes
package import Hummingbird

/// What central's administrators ask about gateways, on the admin socket. `gateway` is a name, or the first digits of a
/// NodeID; `grids` are separated by commas.
///
/// - `GET /v1/gateways`: `GatewayList`.
/// - `POST /v1/gateways/approve?gateway=`, `…/revoke?gateway=`, `…/change?gateway=&name=&grids=`: `GatewayRecord`.
/// - `POST /v1/gateways/add?node=&name=&grids=`, by a whole NodeID: `GatewayRecord`.
/// - `POST /v1/gateways/reject?gateway=`: 204.
/// - `GET /v1/tokens`: `TokenList`. `POST /v1/tokens?seconds=&name=&grids=&replaces=`: `NewToken`.
/// - `POST /v1/tokens/withdraw?number=`: 204.
package struct GatewayAPI: Sendable {
    private let node: Node

    package init(_ node: Node) { self.node = node }

    private var fleet: any GatewayAdministration { get throws(ResyncError) { try node.fleet() } }

    package func add(to router: Router<APIContext>) {
        router.on("/v1/gateways", method: .get) { request, _ in
            try QueryParameters.refuseAll(request)
            return try Response(json: try await fleet.gateways())
        }
        router.refuseOtherMethods(than: [.get], at: "/v1/gateways")
        post("/v1/gateways/approve", on: router) { request, author in
            try Response(json: try await fleet.approve(gateway: try AdminAPI.gateway(request), author: author))
        }
        post("/v1/gateways/add", on: router) { request, author in try await add(request, author) }
        post("/v1/gateways/reject", on: router) { request, author in
            try await fleet.reject(gateway: try AdminAPI.gateway(request), author: author)
            return Response(status: .noContent)
        }
        post("/v1/gateways/revoke", on: router) { request, author in
            try Response(json: try await fleet.revoke(gateway: try AdminAPI.gateway(request), author: author))
        }
        post("/v1/gateways/change", on: router) { request, author in try await change(request, author) }
        router.on("/v1/tokens", method: .get) { request, _ in
            try QueryParameters.refuseAll(request)
            return try Response(json: try await fleet.tokens())
        }
        router.on("/v1/tokens", method: .post) { request, context in
            try await make(request, await Operator.name(of: context))
        }
        router.refuseOtherMethods(than: [.get, .post], at: "/v1/tokens")
        post("/v1/tokens/withdraw", on: router) { request, author in try await withdraw(request, author) }
    }

    private func post(
        _ path: String, on router: Router<APIContext>,
        _ action: @escaping @Sendable (Request, _ author: String) async throws -> Response
    ) {
        router.on(RouterPath(path), method: .post) { request, context in
            try await action(request, await Operator.name(of: context))
        }
        router.refuseOtherMethods(than: [.post], at: path)
    }

    private func change(_ request: Request, _ author: String) async throws -> Response {
        let given = try QueryParameters.some(["gateway", "name", "grids"], request)
        guard let gateway = given["gateway"], !gateway.isEmpty else { throw Self.bad("`gateway` is missing.") }
        guard given["name"] != nil || given["grids"] != nil else {
            throw Self.bad("Neither `name` nor `grids` is given.")
        }
        let record = try await fleet.change(
            gateway: gateway, name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
            author: author)
        return try Response(json: record)
    }

    private func add(_ request: Request, _ author: String) async throws -> Response {
        let given = try QueryParameters.some(["node", "name", "grids"], request)
        guard let node = given["node"], NodeID(hex: node) != nil else {
            throw Self.bad("`node` is a NodeID: 64 hexadecimal digits, as `fieldpost status` at the gateway prints.")
        }
        guard let name = given["name"] else { throw Self.bad("`name` is missing.") }
        let record = try await fleet.add(
            node: node, name: try Self.name(name), grids: try Self.grids(given["grids"] ?? ""), author: author)
        return try Response(json: record)
    }

    private func make(_ request: Request, _ author: String) async throws -> Response {
        let given = try QueryParameters.some(["seconds", "name", "grids", "replaces"], request)
        guard let seconds = given["seconds"].flatMap(UInt64.init), (1...Limits.tokenSeconds).contains(seconds) else {
            throw Self.bad("`seconds` is 1 to \(Limits.tokenSeconds): how long the token holds.")
        }
        let token = try await fleet.makeToken(
            TokenRequest(
                name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
                replaces: given["replaces"], seconds: seconds),
            author: author)
        return try Response(json: token)
    }

    private func withdraw(_ request: Request, _ author: String) async throws -> Response {
        guard let number = try QueryParameters.only("number", request).flatMap({ Int($0) }) else {
            throw Self.bad("`number` is missing: that of the token.")
        }
        guard try await fleet.withdrawToken(number, author: author) else {
            throw Problem(.unknownToken, "No token \(number) waits to be used. Nothing was changed.")
        }
        return Response(status: .noContent)
    }

    private static func name(_ text: String) throws(Problem) -> String {
        if let defect = Enrollment.defect(ofName: text) { throw bad("`name` is no name: \(defect).") }
        return text.nameForm
    }

    private static func grids(_ text: String) throws(Problem) -> [String] {
        let grids = text.split(separator: ",").map { String($0).trimmingBlanks.nameForm }
        if let defect = Enrollment.defect(ofGrids: grids) { throw bad("`grids` cannot be taken: \(defect).") }
        return grids
    }

    private static func bad(_ text: String) -> Problem { Problem(.badQuery, text + " Nothing was changed.") }
}
