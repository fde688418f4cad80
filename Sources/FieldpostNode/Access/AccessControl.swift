package import FieldpostAPI
package import FieldpostCore

/// Who may use a node's HTTP API, and how its administrators change that. `author`: who does it, for the journal. All
/// throw `JournalError`.
package protocol AccessControl: Sendable {
    /// Whose token that is; nil when it is nobody's, or was revoked.
    func access(showing token: AccessToken) async throws -> Access?
    /// Nil when there is no account of that name, or it was revoked.
    func account(named name: String) async throws -> Access?
    /// Whether that was found to be the account's password lately. Answers at once.
    func remembers(_ password: String, of account: Access) -> Bool
    /// Whether that is the account's password. Takes some tenths of a second, of no account too, so that names cannot
    /// be told by that.
    func isRight(_ password: String, of account: Access?) async -> Bool

    func accesses() async throws -> AccessList
    /// Gives a terminal or an account access. Throws `AccessError.wrongRole` when the other role gives such an access,
    /// and `JournalError.nameTaken` for a terminal.
    func give(_ request: AccessRequest, author: String) async throws -> NewAccess
    /// Throws `AccessError.unknown` when nobody of that name may come in.
    func revokeAccess(_ name: String, author: String) async throws
}

/// The access that an administrator asks for.
package enum AccessRequest: Hashable, Sendable {
    /// At a gateway: a new terminal.
    case terminal(name: String, channel: String)
    /// At central: a new account, or a new password and role for one.
    case account(name: String, AccessRole, password: String)
}

/// An access that a role made, before it is recorded.
package struct GivenAccess: Sendable {
    package let access: Access
    /// A name that is in use already is refused.
    package let isNew: Bool
    /// What the audit event says.
    package let account: String
    /// Of a terminal: the only time that it is to be had.
    package let token: AccessToken?

    package init(_ access: Access, isNew: Bool, account: String, token: AccessToken? = nil) {
        self.access = access
        self.isNew = isNew
        self.account = account
        self.token = token
    }
}

package enum AccessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Terminals belong to gateways, accounts to central.
    case wrongRole(Role)
    case unknown(String)

    package var description: String {
        switch self {
        case .wrongRole(.gateway):
            "This is a gateway: it gives tokens to terminals, and central has the accounts. Nothing was changed."
        case .wrongRole(.central):
            "This is the central node: it has accounts, and gateways give tokens to terminals. Nothing was changed."
        case .unknown(let name): "Nobody called \"\(name)\" may come in. Nothing was changed."
        }
    }
}
