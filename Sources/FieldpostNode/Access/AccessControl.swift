package import FieldpostAPI
package import FieldpostCore

/// Who may use a node's HTTP API, and how administrators change that. `author` is the administrator, for the journal.
/// All methods throw `JournalError`.
package protocol AccessControl: Sendable {
    /// Returns the caller that a token belongs to. Returns nil for an unknown or revoked token.
    func caller(showing token: AccessToken) async throws -> Caller?
    /// The caller that a token belongs to, if a terminal recently showed it. Returns at once. Never one that was
    /// revoked.
    func remembered(_ token: AccessToken) -> Caller?
    /// Returns nil if no person who may log in at this node has that name.
    func account(named name: String) async throws -> Access?
    /// Whether this password was recently found to be the account's. Returns at once.
    func remembers(_ password: String, of account: Access) -> Bool
    /// Whether this is the account's password. Takes some tenths of a second. Takes equally long for unknown names, so
    /// that names cannot be enumerated.
    func isRight(_ password: String, of account: Access?) async -> Bool

    /// Logins of browsers. Nil where there are none.
    var browsers: (any WebSessionControl)? { get }

    func accesses() async throws -> AccessList
    /// Gives access to a terminal or a person. Throws `AccessError.wrongRole` if only the other role can do that,
    /// `AccessError.invalid`, `JournalError.nameTaken` for a terminal, and `JournalError.tooManyPeople`.
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess
    /// Throws `AccessError.unknown` if no access has that name, or if it was already revoked.
    func revokeAccess(_ name: String, author: String) async throws
}

extension AccessControl {
    package var browsers: (any WebSessionControl)? { nil }
}

/// The access that an administrator wants to give.
package enum AccessRequest: Hashable, Sendable {
    /// At a gateway: a new terminal.
    case terminal(name: String, channel: String)
    /// At central: a new account, or a new role, assignment and password for an account. Without a password, the
    /// account keeps its own.
    case account(name: String, AccessRole, AssignmentChange, password: String?)
    /// Another password for an account, which keeps its role.
    case password(String, ofAccount: String)
}

/// What an administrator says of where a person works. What is nil stays as it is.
package struct AssignmentChange: Hashable, Sendable {
    package var group: Workflow.Actor?
    /// The person is in no group any more.
    package var leavesGroup = false
    /// Empty: none, as for the grids.
    package var department: String?
    package var grids: [String]?

    package init(group: Workflow.Actor? = nil, department: String? = nil, grids: [String]? = nil) {
        self.group = group
        self.department = department
        self.grids = grids
    }
}

/// An access that a role made. It is not recorded yet.
package struct GivenAccess: Sendable {
    package let access: Access
    /// The name must not be in use.
    package let isNew: Bool
    /// The contents of the audit event.
    package let account: String
    /// For a terminal: its token. It is shown only this once.
    package let token: AccessToken?

    package init(_ access: Access, isNew: Bool, account: String, token: AccessToken? = nil) {
        self.access = access
        self.isNew = isNew
        self.account = account
        self.token = token
    }
}

package enum AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Gateways have terminals, central has accounts.
    case wrongRole(Role)
    case unknown(String)
    /// What is wrong with an assignment, for people.
    case invalid(String)
    /// No code for a pairing is this one now.
    case wrongCode
    /// The terminal is not paired with whoever asks.
    case unpaired(String)

    package var description: String {
        switch self {
        case .wrongRole(.gateway):
            "This is a gateway. It has tokens for terminals, but accounts are at central. Nothing was changed."
        case .wrongRole(.central):
            "This is the central node. It has accounts, but terminals are at gateways. Nothing was changed."
        case .unknown(let name):
            "No terminal or account is called \"\(name)\", or it was already revoked. Nothing was changed."
        case .invalid(let defect):
            "The account cannot be given so: \(defect). Nothing was changed."
        case .wrongCode:
            "The code is not valid here: it was mistyped, used before, replaced by a newer one, or is older than "
                + "\(Limits.pairingSeconds / 60) minutes. Nothing was changed. Ask for another code."
        case .unpaired(let terminal):
            "No pairing of a terminal \"\(terminal)\" is yours to end. Nothing was changed."
        }
    }
}
