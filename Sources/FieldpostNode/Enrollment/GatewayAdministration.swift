package import FieldpostAPI

/// What central's administrators can do about gateways. A gateway is named by its name, or the first digits of its
/// NodeID. All throw `ResyncError` for a gateway that is unknown or not the only one, or at a gateway; and
/// `JournalError`. `author`: who does it, for the journal.
package protocol GatewayAdministration: Sendable {
    func gateways() async throws -> GatewayList
    /// Lets in a gateway that never asked, by its whole NodeID. Throws `ResyncError.unknownGateway` when that is none.
    func add(node: String, name: String, grids: [String], author: String) async throws -> GatewayRecord
    /// Lets in a gateway that waits, or again one that was revoked.
    func approve(gateway: String, author: String) async throws -> GatewayRecord
    /// Sends a gateway away that waits: it may ask again.
    func reject(gateway: String, author: String) async throws
    /// Refuses a gateway from now on. Nothing that it sent is lost.
    func revoke(gateway: String, author: String) async throws -> GatewayRecord
    func change(gateway: String, name: String?, grids: [String]?, author: String) async throws -> GatewayRecord
    func makeToken(_ request: TokenRequest, author: String) async throws -> NewToken
    func tokens() async throws -> TokenList
    /// False when no token with that number waits to be used.
    func withdrawToken(_ number: Int, author: String) async throws -> Bool
}

/// What a token is to let in.
package struct TokenRequest: Hashable, Sendable {
    /// What the gateway shall be called, and the grids whose reports it may see; nil: as it says itself.
    package var name: String?
    package var grids: [String]?
    /// The gateway that is revoked when this one comes in, which takes its name and grids then.
    package var replaces: String?
    package var seconds: UInt64

    package init(name: String?, grids: [String]?, replaces: String? = nil, seconds: UInt64) {
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.seconds = seconds
    }
}
