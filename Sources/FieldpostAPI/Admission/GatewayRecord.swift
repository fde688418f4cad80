/// One gateway as central's administrators see it.
package struct GatewayRecord: Codable, Hashable, Sendable {
    /// Hexadecimal NodeID.
    package var node: String
    package var name: String
    package var state: State
    package var grids: [String]
    package var isConnected: Bool
    /// For a waiting gateway: the address of its last request, and the words that both sides show.
    package var address: String?
    package var fingerprint: String?
    /// What the gateway last said of itself since central started. Nil if it has not.
    package var selfReport: SelfReport?

    package enum State: String, Codable, Hashable, Sendable {
        case enrolled, revoked, waiting
    }

    private enum CodingKeys: String, CodingKey {
        case node, name, state, grids, address, fingerprint
        case isConnected = "is_connected"
        case selfReport = "self_report"
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
