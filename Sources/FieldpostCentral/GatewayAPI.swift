import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import HTTPTypes
import Hummingbird

/// What central's administrators ask about gateways on the admin socket. `gateway` is a name, or the first digits of a
/// NodeID. `grids` are separated by commas.
///
/// - `GET /v1/gateways`: `GatewayList`.
/// - `POST /v1/gateways/approve?gateway=`, `…/revoke?gateway=`, `…/change?gateway=&name=&grids=`: `GatewayRecord`.
/// - `POST /v1/gateways/add?node=&name=&grids=`, with a complete NodeID: `GatewayRecord`.
/// - `POST /v1/gateways/reject?gateway=`: 204.
/// - `GET /v1/tokens`: `TokenList`. `POST /v1/tokens?seconds=&name=&grids=&replaces=`: `NewToken`.
/// - `POST /v1/tokens/withdraw?number=`: 204.
struct GatewayAPI: Sendable {
    let central: CentralRole

    var routes: [Route] {
        [
            .admin(.get, "/v1/gateways") { _, _ in try await central.gateways() },
            .admin(.post, "/v1/gateways/approve", takesQuery: true) { request, author in
                try await central.approve(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/add", takesQuery: true) { request, author in try await add(request, author) },
            .command("/v1/gateways/reject", takesQuery: true) { request, author in
                try await central.reject(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/revoke", takesQuery: true) { request, author in
                try await central.revoke(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/change", takesQuery: true) { request, author in
                try await change(request, author)
            },
            .admin(.get, "/v1/tokens") { _, _ in try await central.tokens() },
            .admin(.post, "/v1/tokens", takesQuery: true) { request, author in try await make(request, author) },
            .command("/v1/tokens/withdraw", takesQuery: true) { request, author in
                try await withdraw(request, author)
            },
        ]
    }

    private func change(_ request: Request, _ author: String) async throws -> GatewayRecord {
        let given = try QueryParameters.some(["gateway", "name", "grids"], request)
        guard let gateway = given["gateway"], !gateway.isEmpty else { throw Self.bad("`gateway` is missing.") }
        guard given["name"] != nil || given["grids"] != nil else {
            throw Self.bad("Both `name` and `grids` are missing.")
        }
        return try await central.change(
            gateway: gateway, name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
            author: author)
    }

    private func add(_ request: Request, _ author: String) async throws -> GatewayRecord {
        let given = try QueryParameters.some(["node", "name", "grids"], request)
        guard let node = given["node"], NodeID(hex: node) != nil else {
            throw Self.bad(
                "`node` must be a NodeID: 64 hexadecimal digits, as `fieldpost status` at the gateway shows it.")
        }
        guard let name = given["name"] else { throw Self.bad("`name` is missing.") }
        return try await central.add(
            node: node, name: try Self.name(name), grids: try Self.grids(given["grids"] ?? ""), author: author)
    }

    private func make(_ request: Request, _ author: String) async throws -> NewToken {
        let given = try QueryParameters.some(["seconds", "name", "grids", "replaces"], request)
        guard let seconds = given["seconds"].flatMap(UInt64.init), (1...Limits.tokenSeconds).contains(seconds) else {
            throw Self.bad("`seconds` must be 1 to \(Limits.tokenSeconds): how long the token is valid.")
        }
        return try await central.makeToken(
            TokenRequest(
                name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
                replaces: given["replaces"], seconds: seconds),
            author: author)
    }

    private func withdraw(_ request: Request, _ author: String) async throws {
        guard let number = try QueryParameters.only("number", request).flatMap({ Int($0) }) else {
            throw Self.bad("`number` is missing: the number of the token.")
        }
        guard try await central.withdrawToken(number, author: author) else {
            throw Problem(.unknownToken, "There is no unused token \(number). Nothing was changed.")
        }
    }

    private static func name(_ text: String) throws(Problem) -> String {
        if let defect = Enrollment.defect(ofName: text) { throw bad("`name` is not a valid name: \(defect).") }
        return text.nameForm
    }

    private static func grids(_ text: String) throws(Problem) -> [String] {
        let grids = text.split(separator: ",").map { String($0).trimmingBlanks.nameForm }
        if let defect = Enrollment.defect(ofGrids: grids) { throw bad("`grids` is not valid: \(defect).") }
        return grids
    }

    private static func bad(_ text: String) -> Problem { Problem(.badQuery, text + " Nothing was changed.") }
}
