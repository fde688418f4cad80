/// Who asks.
package struct CallerView: Codable, Hashable, Sendable {
    package var name: String
    /// "terminal", or the role of a person.
    package var role: String
    package var group: String?
    package var department: String?
    /// Nil: all.
    package var grids: [String]?
    /// The terminal itself, or that with which the person is paired.
    package var terminal: String?
    /// The channel of the terminal's reports.
    package var channel: String?

    package init(
        name: String, role: String, group: String? = nil, department: String? = nil, grids: [String]? = nil,
        terminal: String? = nil, channel: String? = nil
    ) {
        (self.name, self.role, self.group, self.department) = (name, role, group, department)
        (self.grids, self.terminal, self.channel) = (grids, terminal, channel)
    }
}

/// Who is logged in with a browser.
package struct WebLogin: Codable, Hashable, Sendable {
    package var caller: CallerView
    /// What each request that changes something carries in `Fieldpost-Guard`.
    package var `guard`: String

    package init(caller: CallerView, guard text: String) {
        self.caller = caller
        self.guard = text
    }
}

/// The logins of one person.
package struct WebSessionList: Codable, Hashable, Sendable {
    package struct Element: Codable, Hashable, Sendable {
        package var id: String
        package var began: String
        package var seen: String
        /// What the browser says of itself.
        package var agent: String
        package var address: String
        /// It is that of the request.
        package var current: Bool

        package init(id: String, began: String, seen: String, agent: String, address: String, current: Bool) {
            (self.id, self.began, self.seen, self.agent) = (id, began, seen, agent)
            (self.address, self.current) = (address, current)
        }
    }

    package var sessions: [Element]

    package init(sessions: [Element]) { self.sessions = sessions }
}
