package import FieldpostAPI
package import FieldpostCore
import FieldpostStore

extension Node: PairingControl {
    package func pairingCode(for person: Account) async throws -> PairingCode {
        try checkPairs()
        guard person.terminal == nil, let access = try await account(named: person.name) else {
            throw AccessError.unknown(person.name)
        }
        return pairingCodes.make(for: access)
    }

    package func redeem(_ code: PairingCode, by terminal: Account.Terminal) async throws -> NewPairing {
        try checkPairs()
        // The person may have been revoked, or got another password, since the code was made.
        guard let found = pairingCodes.redeem(code), let person = try await role.person(named: found.person),
            person.verifier == found.verifier, let device = try await device(named: terminal.name)
        else { throw AccessError.wrongCode }
        let token = AccessToken.random()
        let pairing = Pairing(person: person, terminal: device, channel: terminal.channel)
        try await give(
            GivenAccess(
                pairing.access(verifier: token.verifier), isNew: false,
                account: "Paired the terminal \(terminal.name) with \(person.name)."), author: person.name)
        return NewPairing(terminal: terminal.name, person: person.name, token: token.text)
    }

    package func pairings(of person: String?) async throws -> [PairingState] {
        try checkPairs()
        return try await validPairings().filter { person == nil || $0.person == person }.map {
            PairingState(terminal: $0.terminal, person: $0.person, channel: $0.channel)
        }
    }

    package func endPairing(of terminal: String, with person: String?, author: String) async throws {
        try checkPairs()
        let name = terminal.nameForm
        guard var access = try await journal.access(named: Pairing.name(of: name)), !access.isRevoked,
            let pairing = Pairing(access), person == nil || pairing.person == person
        else { throw AccessError.unpaired(terminal) }
        access.isRevoked = true
        access.verifier = ""
        try await give(
            GivenAccess(
                access, isNew: false, account: "Ended the pairing of the terminal \(name) with \(pairing.person)."),
            author: author)
    }

    package func people() async throws -> PersonList {
        let pairings = journal.role == .gateway ? try await validPairings() : []
        return PersonList(
            people: try await role.people().map { person in
                let (assignment, name) = (person.assignment, person.name)
                return PersonList.Element(
                    name: name, role: person.role.text, state: person.isRevoked ? .revoked : .given,
                    group: assignment.group?.rawValue,
                    department: assignment.department.isEmpty ? nil : assignment.department,
                    grids: assignment.grids.isEmpty ? nil : assignment.grids,
                    terminals: pairings.filter { $0.person == name }.map(\.terminal))
            })
    }

    /// The caller whose token belongs to a pairing. Nil if the person has no access any more or another password, or if
    /// the terminal has none or another token.
    func caller(of pairing: Pairing) async throws(JournalError) -> Caller? {
        guard let person = try await role.person(named: pairing.person),
            let terminal = try await device(named: pairing.terminal), pairing.isOf(person, terminal)
        else { return nil }
        return .account(
            Account(
                name: person.name, role: person.role, assignment: person.assignment,
                terminal: Account.Terminal(name: terminal.name, channel: pairing.channel)))
    }

    private func validPairings() async throws(JournalError) -> [Pairing] {
        var valid: [Pairing] = []
        for access in try await journal.accesses() where !access.isRevoked {
            guard let pairing = Pairing(access), try await caller(of: pairing) != nil else { continue }
            valid.append(pairing)
        }
        return valid
    }

    /// A terminal that has access.
    private func device(named name: String) async throws(JournalError) -> Access? {
        guard let access = try await journal.access(named: name), !access.isRevoked, case .terminal = access.role else {
            return nil
        }
        return access
    }

    /// Only gateways have terminals.
    private func checkPairs() throws(AccessError) {
        guard journal.role == .gateway else { throw .wrongRole(.central) }
    }
}
