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

/// One gateway as central's administrators see it.
package struct GatewayRecord: Codable, Hashable, Sendable {
    /// Hexadecimal NodeID.
    package var node: String
    package var name: String
    package var state: State
    package var grids: [String]
    package var isConnected: Bool
    /// Of one that waits: where it asked from last, and the words that both sides show.
    package var address: String?
    package var fingerprint: String?

    package enum State: String, Codable, Hashable, Sendable {
        case enrolled, revoked, waiting
    }

    private enum CodingKeys: String, CodingKey {
        case node, name, state, grids, address, fingerprint
        case isConnected = "is_connected"
    }

    package init(
        node: String, name: String, state: State, grids: [String], isConnected: Bool, address: String? = nil,
        fingerprint: String? = nil
    ) {
        self.node = node
        self.name = name
        self.state = state
        self.grids = grids
        self.isConnected = isConnected
        self.address = address
        self.fingerprint = fingerprint
    }
}

package struct GatewayList: Codable, Hashable, Sendable {
    package var gateways: [GatewayRecord]

    package init(gateways: [GatewayRecord]) { self.gateways = gateways }
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

/// A token that was just made: the only time that its text is to be had.
package struct NewToken: Codable, Hashable, Sendable {
    package var number: Int
    package var token: String
    /// By central's clock, RFC 3339.
    package var ends: String

    package init(number: Int, token: String, ends: String) {
        self.number = number
        self.token = token
        self.ends = ends
    }
}

package struct TokenState: Codable, Hashable, Sendable {
    package var number: Int
    package var name: String?
    package var grids: [String]?
    /// The NodeID of the gateway that is revoked when the token is used.
    package var replaces: String?
    /// By central's clock, RFC 3339.
    package var made: String
    package var ends: String
    package var state: State
    /// The NodeID of the gateway that used it.
    package var gateway: String?

    package enum State: String, Codable, Hashable, Sendable {
        case open, used, expired
    }

    package init(
        number: Int, name: String?, grids: [String]?, replaces: String?, made: String, ends: String, state: State,
        gateway: String?
    ) {
        self.number = number
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.made = made
        self.ends = ends
        self.state = state
        self.gateway = gateway
    }
}

package struct TokenList: Codable, Hashable, Sendable {
    package var tokens: [TokenState]

    package init(tokens: [TokenState]) { self.tokens = tokens }
}
