/// What a caller must be allowed to do before a route answers.
package enum Permission: Hashable, Sendable {
    /// Nothing: the route answers everybody.
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
    /// Throws `.unauthenticated` when nobody is known to ask, `.forbidden` when the caller lacks the permission.
    func require(_ permission: Permission) throws(Problem) {
        let (isAllowed, what) =
            switch permission {
            case .open: (true, "")
            case .read: (mayRead, "read reports")
            case .report: (mayReport, "report")
            case .edit: (mayEdit, "edit reports")
            case .administer: (self == .trusted, "administer this node")
            }
        guard !isAllowed else { return }
        throw self == .nobody ? .unauthenticated("Nothing shows who you are.") : Self.forbidden(what)
    }
}
