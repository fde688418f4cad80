/// What a caller must be allowed to do.
package enum Permission: Hashable, Sendable, CaseIterable {
    /// Nothing is needed: everyone has this permission.
    case open
    /// See reports and the status of the node.
    case read
    /// Send new reports.
    case report
    /// Change reports that exist.
    case edit
    /// Administer the node. Only the admin socket allows this.
    case administer
}

/// Who has the permission, for error texts.
extension Permission: CustomStringConvertible {
    package var description: String {
        switch self {
        case .open: "nothing"
        case .read: "the role viewer, or a terminal that is not a sensor"
        case .report: "the role dispatcher"
        case .edit: "the role dispatcher, or a terminal that is not a sensor"
        case .administer: "the admin socket"
        }
    }
}
