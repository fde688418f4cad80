/// What a caller must be allowed to do.
package enum Permission: Hashable, Sendable, CaseIterable {
    /// Nothing is needed: everyone has this permission.
    case open
    /// See reports and the status of the node.
    case read
    /// See figures and events of all cases together.
    case overview
    /// Send new reports.
    case report
    /// Take steps of cases, and add notes and photos to reports.
    case handle
    /// Change the fields of reports that exist.
    case edit
    /// See and end the pairings of oneself.
    case unpair
    /// Ask for a code by which a terminal is paired with oneself.
    case pair
    /// Redeem such a code.
    case redeem
    /// See what its reporter took back. Each look is recorded.
    case evidence
    /// Administer the node: through the admin socket, or at the console as an administrator who logged in there.
    case administer
}

extension Permission {
    /// What would give `caller` this permission, for error texts.
    func needed(by caller: Caller) -> String {
        switch (self, caller) {
        case (.administer, .account): "the admin socket, or a login at the console as an administrator of all grids"
        case (.administer, _): "the admin socket"
        case (.pair, .terminal), (.pair, .account), (.unpair, .terminal): "a login with name and password"
        case (.redeem, _): "the token of a terminal that is not a sensor"
        case (.evidence, _): "the role evidence at central"
        case (_, .terminal): "the token of a terminal that is not a sensor"
        case (.read, .account): "the role viewer"
        case (.overview, .account): "an account that sees all grids"
        case (.report, .account), (.handle, .account): "the role staff"
        case (_, .account): "the role dispatcher"
        case (_, .resident), (_, .reporter), (_, .nobody), (_, .trusted): "a login or a token"
        }
    }
}
