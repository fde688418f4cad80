package import FieldpostCore

/// The caller, which decides what a request may do.
package enum Caller: Hashable, Sendable {
    /// The caller sent no valid credentials.
    case nobody
    /// The caller uses the admin socket, or the API is open to everyone (`http_open`).
    case trusted
    /// At a gateway, a device that sends reports by one channel.
    case terminal(name: String, channel: String)
    /// A person.
    case account(Account)
    /// A resident, who uses the port for residents.
    case resident

    package init(_ access: Access) {
        if case .terminal(let channel) = access.role {
            self = .terminal(name: access.name, channel: channel)
        } else {
            self = .account(Account(name: access.name, role: access.role, assignment: access.assignment))
        }
    }

    /// Whether this caller has the permission.
    package func may(_ permission: Permission) -> Bool {
        switch (self, permission) {
        case (_, .open), (.trusted, _): true
        case (_, .administer), (.nobody, _): false
        case (.resident, _): permission == .report
        case (.terminal, .pair): false
        case (.terminal(_, let channel), _): permission == .report || channel != ReportChannel.sensor.rawValue
        case (.account(let account), _): account.may(permission)
        }
    }

    /// The grids whose cases this caller sees and handles. Nil: those of all grids, and those without one.
    package var grids: Set<String>? {
        guard case .account(let account) = self, !account.assignment.grids.isEmpty else { return nil }
        return Set(account.assignment.grids)
    }

    /// Whether this caller may see a report with this grid. Nil: it shows none.
    package func sees(grid: String?) -> Bool {
        guard let grids else { return true }
        return grid.map(grids.contains) ?? false
    }

    /// Whether this caller may see a report.
    package func sees(_ report: Report) -> Bool { sees(grid: report.text(of: .grid)) }
}
