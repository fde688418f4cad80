import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

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

    package var routes: [Route] {
        [
            .admin(.get, "/v1/gateways") { _, _ in try await fleet.gateways() },
            .admin(.post, "/v1/gateways/approve", takesQuery: true) { request, author in
                try await fleet.approve(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/add", takesQuery: true) { request, author in try await add(request, author) },
            .command("/v1/gateways/reject", takesQuery: true) { request, author in
                try await fleet.reject(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/revoke", takesQuery: true) { request, author in
                try await fleet.revoke(gateway: try AdminAPI.gateway(request), author: author)
            },
            .admin(.post, "/v1/gateways/change", takesQuery: true) { request, author in
                try await change(request, author)
            },
            .admin(.get, "/v1/tokens") { _, _ in try await fleet.tokens() },
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
            throw Self.bad("Neither `name` nor `grids` is given.")
        }
        return try await fleet.change(
            gateway: gateway, name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
            author: author)
    }

    private func add(_ request: Request, _ author: String) async throws -> GatewayRecord {
        let given = try QueryParameters.some(["node", "name", "grids"], request)
        guard let node = given["node"], NodeID(hex: node) != nil else {
            throw Self.bad("`node` is a NodeID: 64 hexadecimal digits, as `fieldpost status` at the gateway prints.")
        }
        guard let name = given["name"] else { throw Self.bad("`name` is missing.") }
        return try await fleet.add(
            node: node, name: try Self.name(name), grids: try Self.grids(given["grids"] ?? ""), author: author)
    }

    private func make(_ request: Request, _ author: String) async throws -> NewToken {
        let given = try QueryParameters.some(["seconds", "name", "grids", "replaces"], request)
        guard let seconds = given["seconds"].flatMap(UInt64.init), (1...Limits.tokenSeconds).contains(seconds) else {
            throw Self.bad("`seconds` is 1 to \(Limits.tokenSeconds): how long the token holds.")
        }
        return try await fleet.makeToken(
            TokenRequest(
                name: try given["name"].map(Self.name), grids: try given["grids"].map(Self.grids),
                replaces: given["replaces"], seconds: seconds),
            author: author)
    }

    private func withdraw(_ request: Request, _ author: String) async throws {
        guard let number = try QueryParameters.only("number", request).flatMap({ Int($0) }) else {
            throw Self.bad("`number` is missing: that of the token.")
        }
        guard try await fleet.withdrawToken(number, author: author) else {
            throw Problem(.unknownToken, "No token \(number) waits to be used. Nothing was changed.")
        }
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
