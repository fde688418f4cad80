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

extension Permission {
    /// What would give `caller` this permission, for error texts.
    func needed(by caller: Caller) -> String {
        switch (self, caller) {
        case (.administer, _): "the admin socket"
        case (_, .terminal): "the token of a terminal that is not a sensor"
        case (.read, .account): "the role viewer"
        case (_, .account): "the role dispatcher"
        case (_, .resident), (_, .nobody), (_, .trusted): "a login or a token"
        }
    }
}
