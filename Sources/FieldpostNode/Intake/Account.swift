package import FieldpostCore

/// A person who sent a request, and what central's administrators said of that person.
package struct Account: Hashable, Sendable {
    package let name: String
    package let role: AccessRole
    package let assignment: Assignment
    /// The terminal that the person was paired with, if the request came with its token. Nil: with the password.
    package let terminal: Terminal?
    /// The id of the browser's login, if the request came with its cookie.
    package let session: String?

    package struct Terminal: Hashable, Sendable {
        package let name: String
        /// The channel of its reports.
        package let channel: String

        package init(name: String, channel: String) {
            self.name = name
            self.channel = channel
        }
    }

    package init(
        name: String, role: AccessRole, assignment: Assignment = Assignment(), terminal: Terminal? = nil,
        session: String? = nil
    ) {
        self.name = name
        self.role = role
        self.assignment = assignment
        self.terminal = terminal
        self.session = session
    }

    func may(_ permission: Permission) -> Bool {
        switch permission {
        case .open, .read, .unpair: true
        case .overview: assignment.grids.isEmpty
        case .report, .handle: role != .viewer && role != .evidence
        case .edit: role == .dispatcher || role == .admin
        case .evidence: role == .evidence
        case .pair: terminal == nil
        case .redeem: false
        case .administer: role == .admin && assignment.grids.isEmpty && session != nil
        }
    }

    /// As whom the person may take steps.
    var actors: Set<Workflow.Actor> {
        switch role {
        case .dispatcher, .admin: [.collector, .handler, .leader, .dispatcher]
        case .staff: assignment.group.map { [$0] } ?? []
        case .viewer, .evidence, .terminal, .paired: []
        }
    }
}
