/// A terminal that acts as a person. It is stored as an access whose name no terminal and no person can have.
///
/// It holds while the person has the same password and the terminal the same token as when they were paired. So whoever
/// is revoked, or gets another password or token, ends it, also at a gateway that then gives the same name to another.
package struct Pairing: Hashable, Sendable {
    package let terminal: String
    package let person: String
    /// Of the reports of the terminal.
    package let channel: String
    /// A mark of both verifiers.
    private let mark: String

    package init(person: Access, terminal: Access, channel: String) {
        self.terminal = terminal.name
        self.person = person.name
        self.channel = channel
        mark = Self.mark(person, terminal)
    }

    /// Nil for an access of another kind.
    package init?(_ access: Access) {
        guard case .paired(let channel, let mark, let person) = access.role, access.name.hasPrefix(Self.prefix) else {
            return nil
        }
        self.terminal = String(access.name.dropFirst(Self.prefix.count))
        (self.channel, self.mark, self.person) = (channel, mark, person)
    }

    /// Whether it holds for these two, as they are now.
    package func isOf(_ person: Access, _ terminal: Access) -> Bool { mark == Self.mark(person, terminal) }

    /// What the journal stores. `verifier`: of the token by which the terminal acts as the person.
    package func access(verifier: String) -> Access {
        Access(
            name: Self.name(of: terminal), role: .paired(channel: channel, mark: mark, person: person),
            verifier: verifier)
    }

    /// A terminal has at most one pairing.
    package static func name(of terminal: String) -> String { prefix + terminal }

    private static let prefix = "pairing:"

    private static func mark(_ person: Access, _ terminal: Access) -> String {
        String(Hash256(hashing: Array((person.verifier + "\n" + terminal.verifier).utf8)).hex.prefix(32))
    }
}
