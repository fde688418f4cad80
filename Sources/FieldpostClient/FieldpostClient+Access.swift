package import FieldpostAPI
import Foundation
import NIOHTTP1

/// Terminals and accounts. Only through the admin socket.
extension FieldpostClient {
    package func accesses() async throws(ClientError) -> Answered<AccessList> { try await call(.GET, "/v1/access") }

    package func addTerminal(_ name: String, channel: String) async throws(ClientError) -> Answered<NewAccess> {
        try await give([("name", .text(name)), ("channel", .text(channel))])
    }

    /// What is nil stays as it is: of an account that exists, the password too. An empty group: none.
    package func setAccount(
        _ name: String, role: String, group: String? = nil, department: String? = nil, grids: [String]? = nil,
        password: String?
    ) async throws(ClientError) -> Answered<NewAccess> {
        var values = [("name", JSONValue.text(name)), ("role", .text(role))]
        if let password { values.append(("password", .text(password))) }
        if let group { values.append(("group", .text(group))) }
        if let department { values.append(("department", .text(department))) }
        if let grids { values.append(("grids", .list(grids.map { .text($0) }))) }
        return try await give(values)
    }

    package func people() async throws(ClientError) -> Answered<PersonList> { try await call(.GET, "/v1/people") }

    /// At a gateway: ends the pairing of a terminal.
    package func unpair(_ terminal: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/people/unpair", [("terminal", terminal)])
    }

    package func revokeAccess(_ name: String) async throws(ClientError) {
        _ = try await text(.POST, "/v1/access/revoke", [("name", name)])
    }

    private func give(_ values: [(String, JSONValue)]) async throws(ClientError) -> Answered<NewAccess> {
        let body = try body(.object(Dictionary(values) { first, _ in first }))
        return try answered(try await exchange.send(.POST, "/v1/access", body: body).body)
    }
}
