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
    /// Whoever shows the receipt of a report: its reporter.
    case reporter(ReportID)

    /// Nil for a pairing, whose person must be looked up.
    package init?(_ access: Access) {
        switch access.role {
        case .terminal(let channel): self = .terminal(name: access.name, channel: channel)
        case .viewer, .staff, .dispatcher, .admin, .evidence:
            self = .account(Account(name: access.name, role: access.role, assignment: access.assignment))
        case .paired: return nil
        }
    }

    /// Whether this caller has the permission.
    package func may(_ permission: Permission) -> Bool {
        switch (self, permission) {
        case (_, .open), (.trusted, _): true
        case (.nobody, _): false
        case (.account(let account), _): account.may(permission)
        case (_, .administer): false
        case (_, .evidence): false
        case (.resident, _): permission == .report
        case (.terminal, .pair), (.terminal, .unpair): false
        // Only what the routes of receipts do.
        case (.reporter, _): false
        case (.terminal(_, let channel), _): permission == .report || channel != ReportChannel.sensor.rawValue
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
