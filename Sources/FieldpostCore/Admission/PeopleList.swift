/// Somebody who may log in at the gateways of some grids, as central tells them.
///
/// Role and group are the texts that central has: a gateway keeps one that it does not know, and gives nobody access
/// for it.
package struct Person: Hashable, Sendable {
    package let name: String
    package var role: String
    /// Empty for none, as is the department.
    package var group: String
    package var department: String
    /// Those of the person's grids that the gateway serves, ascending.
    package var grids: [String]
    /// A password is checked against this value. It is never the password itself.
    package var verifier: String

    package init(name: String, role: String, group: String, department: String, grids: [String], verifier: String) {
        self.name = name
        self.role = role
        self.group = group
        self.department = department
        self.grids = grids
        self.verifier = verifier
    }

    /// Nil if the account is revoked, or has none of these grids.
    package init?(_ access: Access, in grids: Set<String>) {
        let shared = access.assignment.grids.filter(grids.contains)
        guard !access.isRevoked, access.role.isOfPerson, !shared.isEmpty else { return nil }
        self.init(
            name: access.name, role: access.role.text, group: access.assignment.group?.rawValue ?? "",
            department: access.assignment.department, grids: shared.sorted(by: PeopleList.isBefore),
            verifier: access.verifier)
    }

    /// The texts, in the order of the digest, without the grids.
    package var texts: [String] { [name, role, group, department, verifier] }
}

/// All people who may log in at one gateway. It is a state, not a history: each list replaces the one before.
package struct PeopleList: Hashable, Sendable {
    /// Counts up within one incarnation of central.
    package var version: UInt64
    /// Ascending by name, each name once.
    package var people: [Person]

    package init(version: UInt64, people: [Person]) {
        self.version = version
        self.people = people
    }

    /// The people of these grids, by the bytes of their names. `isWhole` is false if there are more than one gateway
    /// takes: then the last ones are left out.
    package static func of(
        _ accesses: [Access], in grids: Set<String>, version: UInt64
    ) -> (list: PeopleList, isWhole: Bool) {
        let all = accesses.compactMap { Person($0, in: grids) }.sorted { isBefore($0.name, $1.name) }
        var (people, bytes): ([Person], Int) = ([], 0)
        for person in all {
            bytes += person.byteCount
            guard people.count < Limits.people, bytes <= Limits.peopleBytes else { break }
            people.append(person)
        }
        return (PeopleList(version: version, people: people), people.count == all.count)
    }

    /// SHA-256 over what the list says, without its version (PROTOCOL.md, 8.29). Two sides compare it.
    package var digest: Hash256 {
        var bytes = Array("fieldpost people 1".utf8)
        func append(_ number: Int) {
            withUnsafeBytes(of: UInt32(clamping: number).bigEndian) { bytes.append(contentsOf: $0) }
        }
        func append(_ text: String) {
            append(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
        }
        for person in people {
            for text in person.texts { append(text) }
            append(person.grids.count)
            for grid in person.grids { append(grid) }
        }
        return Hash256(hashing: bytes)
    }

    /// The order of names: by their bytes, as everywhere where another program must find the same one.
    package static func isBefore(_ one: String, _ other: String) -> Bool {
        one.utf8.lexicographicallyPrecedes(other.utf8)
    }
}

extension Person {
    /// The most bytes that it takes in a message.
    package var byteCount: Int {
        8 + texts.reduce(0) { $0 + $1.utf8.count + 4 } + grids.reduce(0) { $0 + $1.utf8.count + 4 }
    }
}
