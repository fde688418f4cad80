package import FieldpostAPI

/// What central's administrators can do about gateways. A gateway is named by its name, or by the first digits of its
/// NodeID. `author` is the administrator, for the journal. All methods throw `JournalError`. They throw `ResyncError`
/// at a gateway, and if no gateway or several gateways match.
package protocol GatewayAdministration: Sendable {
    func gateways() async throws -> GatewayList
    /// Enrolls a gateway that did not ask, by its complete NodeID. Throws `ResyncError.unknownGateway` if that is
    /// malformed.
    func add(node: String, name: String, grids: [String], author: String) async throws -> GatewayRecord
    /// Enrolls a gateway that waits, or that was revoked.
    func approve(gateway: String, author: String) async throws -> GatewayRecord
    /// Removes a waiting gateway from the list. It may ask again.
    func reject(gateway: String, author: String) async throws
    /// Refuses a gateway from now on. Nothing that it sent is lost.
    func revoke(gateway: String, author: String) async throws -> GatewayRecord
    func change(gateway: String, name: String?, grids: [String]?, author: String) async throws -> GatewayRecord
    func makeToken(_ request: TokenRequest, author: String) async throws -> NewToken
    func tokens() async throws -> TokenList
    /// Returns false if there is no unused token with that number.
    func withdrawToken(_ number: Int, author: String) async throws -> Bool
}

/// What a new token is for.
package struct TokenRequest: Hashable, Sendable {
    /// The name of the gateway, and the grids whose reports it may see. Nil: as the gateway asks.
    package var name: String?
    package var grids: [String]?
    /// The gateway that is revoked when the new one enrolls. The new one takes over its name and grids.
    package var replaces: String?
    package var seconds: UInt64

    package init(name: String?, grids: [String]?, replaces: String? = nil, seconds: UInt64) {
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.seconds = seconds
    }
}
