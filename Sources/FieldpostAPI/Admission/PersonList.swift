/// The people of a node: at central all accounts, at a gateway those whom central named.
package struct PersonList: Codable, Hashable, Sendable {
    package struct Element: Codable, Hashable, Sendable {
        package var name: String
        /// viewer, staff, dispatcher or admin.
        package var role: String
        package var state: AccessList.State
        /// The work group.
        package var group: String?
        package var department: String?
        /// The grids whose cases the person sees. Missing: all.
        package var grids: [String]?
        /// At a gateway: the terminals that are paired with the person.
        package var terminals: [String]

        package init(
            name: String, role: String, state: AccessList.State, group: String?, department: String?, grids: [String]?,
            terminals: [String]
        ) {
            self.name = name
            self.role = role
            self.state = state
            self.group = group
            self.department = department
            self.grids = grids
            self.terminals = terminals
        }
    }

    package var people: [Element]

    package init(people: [Element]) { self.people = people }
}
