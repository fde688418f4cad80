/// Who may use a node's HTTP API: terminals at a gateway, accounts at central.
package struct AccessList: Codable, Hashable, Sendable {
    package struct Element: Codable, Hashable, Sendable {
        package var name: String
        /// viewer, staff, dispatcher, admin, evidence, or terminal.
        package var role: String
        /// For a terminal: the channel of its reports.
        package var channel: String?
        package var state: State
        /// Of a person: the work group.
        package var group: String?
        package var department: String?
        /// The grids whose cases the person sees. Missing: all.
        package var grids: [String]?

        package init(name: String, role: String, channel: String? = nil, state: State) {
            self.name = name
            self.role = role
            self.channel = channel
            self.state = state
        }
    }

    package enum State: String, Codable, Hashable, Sendable {
        case given, revoked
    }

    package var access: [Element]

    package init(access: [Element]) { self.access = access }
}
