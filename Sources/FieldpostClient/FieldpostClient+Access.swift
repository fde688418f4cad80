package import FieldpostAPI
import Foundation
import NIOHTTP1

/// Terminals and accounts. Only through the admin socket.
extension FieldpostClient {
    package func accesses() async throws(ClientError) -> Answered<AccessList> { try await call(.GET, "/v1/access") }

    package func addTerminal(_ name: String, channel: String) async throws(ClientError) -> Answered<NewAccess> {
        try await give([("name", .text(name)), ("channel", .text(channel))])
    }

    package func setAccount(
        _ name: String, role: String, password: String
    ) async throws(ClientError) -> Answered<NewAccess> {
        try await give([("name", .text(name)), ("role", .text(role)), ("password", .text(password))])
    }

    package func revokeAccess(_ name: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/access/revoke", [("name", name)])
    }

    private func give(_ values: [(String, JSONValue)]) async throws(ClientError) -> Answered<NewAccess> {
        let body = try body(.object(Dictionary(values) { first, _ in first }))
        return try answered(try await exchange.send(.POST, "/v1/access", body: body).body)
    }
}
