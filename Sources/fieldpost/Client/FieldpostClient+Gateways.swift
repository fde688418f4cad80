import FieldpostAPI
import Foundation
import NIOHTTP1

/// Requests of central's administrators. Only through the admin socket.
extension FieldpostClient {
    /// A decoded answer, and its text as the node wrote it with a line break added.
    struct Answered<Value: Sendable>: Sendable {
        let value: Value
        let text: String
    }

    func gateways() async throws(ClientError) -> Answered<GatewayList> { try await call(.GET, "/v1/gateways") }

    /// `auditEvent`: approve, revoke or change.
    func administer(
        _ action: String, on gateway: String, _ values: [(String, String)]
    ) async throws(ClientError) -> Answered<GatewayRecord> {
        try await call(.POST, "/v1/gateways/\(action)", [("gateway", gateway)] + values.map { ($0.0, $0.1) })
    }

    /// `node`: a complete NodeID. `grids`: separated by commas.
    func addGateway(
        node: String, name: String, grids: String
    ) async throws(ClientError) -> Answered<GatewayRecord> {
        try await call(.POST, "/v1/gateways/add", [("node", node), ("name", name), ("grids", grids)])
    }

    func reject(_ gateway: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/gateways/reject", [("gateway", gateway)])
    }

    func tokens() async throws(ClientError) -> Answered<TokenList> { try await call(.GET, "/v1/tokens") }

    func makeToken(
        name: String?, grids: String?, replaces: String? = nil, seconds: UInt64
    ) async throws(ClientError) -> Answered<NewToken> {
        try await call(
            .POST, "/v1/tokens",
            [("name", name), ("grids", grids), ("replaces", replaces), ("seconds", "\(seconds)")])
    }

    func withdrawToken(_ number: Int) async throws(ClientError) {
        _ = try await text(.POST, "/v1/tokens/withdraw", [("number", "\(number)")])
    }

    func call<Value: Decodable & Sendable>(
        _ method: HTTPMethod, _ path: String, _ values: [(String, String?)] = []
    ) async throws(ClientError) -> Answered<Value> {
        try answered(try await text(method, path, values))
    }

    func answered<Value: Decodable & Sendable>(_ data: Data) throws(ClientError) -> Answered<Value> {
        let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines).visibleJSON + "\n"
        return Answered(value: try decode(data), text: text)
    }

    func text(
        _ method: HTTPMethod, _ path: String, _ values: [(String, String?)]
    ) async throws(ClientError) -> Data {
        try await exchange.send(method, path + query(values)).body
    }
}
