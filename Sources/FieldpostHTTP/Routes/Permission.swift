/// What a caller must be allowed to do before a route answers.
package enum Permission: Hashable, Sendable {
    /// Nothing: the route answers everyone.
    case open
    /// See reports and the status of the node.
    case read
    /// Send new reports.
    case report
    /// Change reports that exist.
    case edit
    /// Administer the node. Only the admin socket serves such routes.
    case administer
}

extension Caller {
    /// Throws `.unauthenticated` if the caller is unknown, and `.forbidden` if the caller lacks the permission.
    func require(_ permission: Permission) throws(Problem) {
        let (isAllowed, needed) =
            switch permission {
            case .open: (true, "")
            case .read: (mayRead, "the role viewer, or a terminal that is not a sensor")
            case .report: (mayReport, "the role dispatcher")
            case .edit: (mayEdit, "the role dispatcher, or a terminal that is not a sensor")
            case .administer: (self == .trusted, "the admin socket")
            }
        guard !isAllowed else { return }
        throw self == .nobody ? .unauthenticated("Authentication required.") : Self.forbidden(needed)
    }
}
