/// An enrollment token as central's administrators see it: never its text.
package struct TokenState: Codable, Hashable, Sendable {
    package var number: Int
    package var name: String?
    package var grids: [String]?
    /// The NodeID of the gateway that is revoked when this token is used.
    package var replaces: String?
    /// By central's clock, RFC 3339.
    package var made: String
    package var ends: String
    package var state: State
    /// The NodeID of the gateway that used this token.
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
