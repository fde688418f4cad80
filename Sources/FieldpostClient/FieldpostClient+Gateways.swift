package import FieldpostAPI
import Foundation
import NIOHTTP1

/// Requests of central's administrators. Only through the admin socket.
extension FieldpostClient {
    /// A decoded answer, and its text as the node wrote it with a line break added.
    package struct Answered<Value: Sendable>: Sendable {
        package let value: Value
        package let text: String
    }

    package func gateways() async throws(ClientError) -> Answered<GatewayList> { try await call(.GET, "/v1/gateways") }

    /// `auditEvent`: approve, revoke or change.
    package func administer(
        _ action: String, on gateway: String, _ values: [(String, String)]
    ) async throws(ClientError) -> Answered<GatewayRecord> {
        try await call(.POST, "/v1/gateways/\(action)", [("gateway", gateway)] + values.map { ($0.0, $0.1) })
    }

    /// `node`: a complete NodeID. `grids`: separated by commas.
    package func addGateway(
        node: String, name: String, grids: String
    ) async throws(ClientError) -> Answered<GatewayRecord> {
        try await call(.POST, "/v1/gateways/add", [("node", node), ("name", name), ("grids", grids)])
    }

    package func reject(_ gateway: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/gateways/reject", [("gateway", gateway)])
    }

    /// Where a report or photo is, at either role. `text`: see `fieldpost why`.
    package func whereabouts(of text: String) async throws(ClientError) -> Answered<Whereabouts> {
        try await call(.GET, "/v1/why", [("of", text)])
    }

    package func tokens() async throws(ClientError) -> Answered<TokenList> { try await call(.GET, "/v1/tokens") }

    package func makeToken(
        name: String?, grids: String?, replaces: String? = nil, seconds: UInt64
    ) async throws(ClientError) -> Answered<NewToken> {
        try await call(
            .POST, "/v1/tokens",
            [("name", name), ("grids", grids), ("replaces", replaces), ("seconds", "\(seconds)")])
    }

    package func withdrawToken(_ number: Int) async throws(ClientError) {
        _ = try await text(.POST, "/v1/tokens/withdraw", [("number", "\(number)")])
    }

    func call<Value: Decodable & Sendable>(
        _ method: HTTPMethod, _ path: String, _ values: [(String, String?)] = []
    ) async throws(ClientError) -> Answered<Value> {
        try answered(try await text(method, path, values))
    }

    func answered<Value: Decodable & Sendable>(_ data: Data) throws(ClientError) -> Answered<Value> {
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines) + "\n"
        return Answered(value: try decode(data), text: text)
    }

    func text(
        _ method: HTTPMethod, _ path: String, _ values: [(String, String?)]
    ) async throws(ClientError) -> Data {
        try await exchange.send(method, path + query(values)).body
    }
}
