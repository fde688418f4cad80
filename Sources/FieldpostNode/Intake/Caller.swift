package import FieldpostCore

/// The caller, which decides what a request may do.
package enum Caller: Hashable, Sendable {
    /// The caller sent no valid credentials.
    case nobody
    /// The caller uses the admin socket, or the API is open to everyone (`http_open`).
    case trusted
    /// At a gateway, a device that sends reports by one channel.
    case terminal(name: String, channel: String)
    /// At central, a person.
    case account(name: String, role: AccessRole)
    /// A resident, who uses the port for residents.
    case resident

    package init(_ access: Access) {
        if case .terminal(let channel) = access.role {
            self = .terminal(name: access.name, channel: channel)
        } else {
            self = .account(name: access.name, role: access.role)
        }
    }

    /// Whether this caller has the permission.
    package func may(_ permission: Permission) -> Bool {
        switch (self, permission) {
        case (_, .open), (.trusted, _): true
        case (_, .administer), (.nobody, _): false
        case (.resident, _): permission == .report
        case (.terminal(_, let channel), _): permission == .report || channel != ReportChannel.sensor.rawValue
        case (.account(_, let role), _): permission == .read || role != .viewer
        }
    }
}
