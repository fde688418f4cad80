/// What a caller must be allowed to do.
package enum Permission: Hashable, Sendable, CaseIterable {
    /// Nothing: everybody has it.
    case open
    /// See reports and the status of the node.
    case read
    /// Send new reports.
    case report
    /// Change reports that exist.
    case edit
    /// Administer the node. Only the admin socket serves that.
    case administer
}

extension Permission: CustomStringConvertible {
    package var description: String {
        switch self {
        case .open: "connect"
        case .read: "read reports"
        case .report: "report"
        case .edit: "edit reports"
        case .administer: "administer this node"
        }
    }
}
