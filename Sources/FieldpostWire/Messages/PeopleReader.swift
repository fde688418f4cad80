import FieldpostCore
import SwiftProtobuf

/// Converts a list of people from its generated type, and checks it.
enum PeopleReader {
    static func check(payloadBytes: Int) throws(Violation) {
        guard payloadBytes <= Limits.peopleBytes else {
            throw Violation(
                .limitExceeded, "a list of people of \(payloadBytes) bytes; the limit is \(Limits.peopleBytes)")
        }
    }

    /// Unknown roles and groups are kept: central may have a later version.
    static func list(_ wire: WirePeople) throws(Violation) -> PeopleList {
        var people: [Person] = []
        people.reserveCapacity(wire.people.count)
        for person in wire.people {
            guard !person.name.isEmpty, people.last.map({ PeopleList.isBefore($0.name, person.name) }) ?? true else {
                throw Violation(.malformedMessage, "people who are not ascending by name")
            }
            people.append(try self.person(person))
        }
        return PeopleList(version: wire.version, people: people)
    }

    private static func person(_ wire: WirePerson) throws(Violation) -> Person {
        guard wire.grids.count <= Limits.personGrids else {
            throw Violation(
                .limitExceeded, "a person with \(wire.grids.count) grids; the limit is \(Limits.personGrids)")
        }
        for grid in wire.grids { _ = try MessageParts.text(grid, "a grid", limit: Limits.shortTextBytes) }
        for text in [wire.name, wire.role, wire.group, wire.department] {
            _ = try MessageParts.text(text, "what is said of a person", limit: Limits.shortTextBytes)
        }
        // In one text, lines separate them.
        guard !wire.grids.contains(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: "\n")) }) else {
            throw Violation(.malformedMessage, "a grid of a person that is empty or has several lines")
        }
        return Person(
            name: wire.name, role: wire.role, group: wire.group, department: wire.department, grids: wire.grids,
            verifier: try MessageParts.text(wire.verifier, "a verifier", limit: Limits.verifierBytes))
    }
}

extension WirePeople {
    init(_ list: PeopleList) {
        self.init()
        version = list.version
        people = list.people.map { person in
            .with {
                $0.name = person.name
                $0.role = person.role
                $0.group = person.group
                $0.department = person.department
                $0.grids = person.grids
                $0.verifier = person.verifier
            }
        }
    }
}
