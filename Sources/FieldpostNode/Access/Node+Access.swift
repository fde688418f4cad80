package import FieldpostAPI
package import FieldpostCore
import FieldpostStore

extension Node: AccessControl {
    package func caller(showing token: AccessToken) async throws -> Caller? {
        let verifier = token.verifier
        let turn = tokens.turn
        guard let access = try await journal.access(verifiedBy: verifier) else { return nil }
        let found: Caller? =
            if let pairing = Pairing(access) { try await caller(of: pairing) } else { Caller(access) }
        guard let caller = found else { return nil }
        tokens.remember(caller, verifiedBy: verifier, since: turn)
        return caller
    }

    package func remembered(_ token: AccessToken) -> Caller? { tokens.caller(verifiedBy: token.verifier) }

    /// Names that were stored before they were normalized are looked up as they were written.
    package func account(named name: String) async throws -> Access? {
        if let person = try await role.person(named: name.nameForm) { return person }
        return try await role.person(named: name)
    }

    /// The same for terminals, and for those who were revoked.
    private func known(_ name: String) async throws(JournalError) -> Access? {
        guard let access = try await journal.access(named: name.nameForm) else {
            return try await journal.access(named: name)
        }
        return access
    }

    package func remembers(_ password: String, of account: Access) -> Bool {
        passwords.remembers(password, account.verifier)
    }

    package func isRight(_ password: String, of account: Access?) async -> Bool {
        let isRight = await passwords.matches(password, account?.verifier ?? Self.nobody)
        return isRight && account != nil
    }

    /// A verifier that matches no known password.
    private static let nobody =
        "$scrypt$ln=15,r=8,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

    package func accesses() async throws -> AccessList {
        AccessList(
            access: try await journal.accesses().filter { Pairing($0) == nil }.map { access in
                var element = AccessList.Element(
                    name: access.name, role: access.role.text, state: access.isRevoked ? .revoked : .given)
                element.say(access.assignment)
                if case .terminal(let channel) = access.role {
                    (element.role, element.channel) = ("terminal", channel)
                }
                return element
            })
    }

    package func give(_ request: AccessRequest, author: String) async throws -> NewAccess {
        try await accessTurn.run { [self] in
            let given = try await role.access(for: request)
            try await give(given, author: author)
            return NewAccess(name: given.access.name, token: given.token?.text)
        }
    }

    package func revokeAccess(_ name: String, author: String) async throws {
        try await accessTurn.run { [self] in
            guard var access = try await known(name), !access.isRevoked else {
                throw AccessError.unknown(name)
            }
            access.isRevoked = true
            access.verifier = ""
            try await give(GivenAccess(access, isNew: false, account: "Revoked \(name)."), author: author)
        }
    }

    func give(_ given: GivenAccess, author: String) async throws {
        defer { tokens.forget() }
        try await journal.give(
            given.access, isNew: given.isNew, account: given.account, author: author, stamp: clock.stamp())
        await role.accessChanged()
    }
}

extension AccessList.Element {
    /// Adds where a person works. What is not said is left out.
    fileprivate mutating func say(_ assignment: Assignment) {
        group = assignment.group?.rawValue
        department = assignment.department.isEmpty ? nil : assignment.department
        grids = assignment.grids.isEmpty ? nil : assignment.grids
    }
}
