package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package func people(in grids: [String]) async throws(JournalError) -> PeopleList {
        try await read { db in try db.people(in: Set(grids)).list }
    }

    package func people(of central: NodeID) async throws(JournalError) -> PeopleList? {
        try await read { db in try db.heldPeople(of: central) }
    }

    package func person(named name: String, of central: NodeID) async throws(JournalError) -> Person? {
        try await read { db in
            guard try db.heldList()?.central.node == central else { return nil }
            return try Row.fetchOne(db, sql: "SELECT * FROM people WHERE name = ?", arguments: [name])
                .flatMap { Person($0) }
        }
    }

    package func keep(_ list: PeopleList, of central: Origin) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.keep(list, of: central) }
    }
}

extension WriteContext {
    fileprivate func keep(_ list: PeopleList, of central: Origin) throws {
        precondition(memory.role == .gateway, "central has the accounts themselves")
        if let held = try db.heldList(), held.central == central, held.version > list.version { return }
        try db.execute(sql: "DELETE FROM people")
        for person in list.people {
            try db.execute(
                sql: """
                    INSERT INTO people (name, role, work_group, department, grids, verifier) VALUES (?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    person.name, person.role, person.group, person.department, person.grids.joined(separator: "\n"),
                    person.verifier,
                ])
        }
        try db.execute(
            sql: "INSERT OR REPLACE INTO people_list (only, node, incarnation, version) VALUES (1, ?, ?, ?)",
            arguments: [central.node.column, central.incarnation.column, Int64(clamping: list.version)])
    }

    /// At central: throws `.tooManyPeople` if the people of these grids are more than one of their gateways takes.
    func checkPeople(in grids: [String]) throws {
        let wanted = Set(grids)
        guard !wanted.isEmpty else { return }
        let rows = try Row.fetchAll(
            db, sql: "SELECT gateway, state, name, grids FROM enrollments WHERE state = ? ORDER BY name",
            arguments: [Enrollment.State.enrolled.rawValue])
        for gateway in rows.compactMap({ Enrollment($0) }) where !wanted.isDisjoint(with: gateway.grids) {
            guard try db.people(in: Set(gateway.grids)).isWhole else {
                throw JournalError.tooManyPeople(gateway: gateway.name)
            }
        }
    }
}

extension Database {
    /// At central. The version is the depth of the newest audit event, which each change of a list makes greater.
    fileprivate func people(in grids: Set<String>) throws -> (list: PeopleList, isWhole: Bool) {
        let accesses = try Row.fetchAll(self, sql: "SELECT * FROM accesses WHERE grids <> '' AND NOT revoked")
        return PeopleList.of(
            accesses.compactMap { Access($0) }, in: grids, version: UInt64(clamping: try latestAdmission()))
    }

    /// At a gateway: whether central named somebody so.
    func isPerson(_ name: String) throws -> Bool {
        try Bool.fetchOne(self, sql: "SELECT EXISTS (SELECT 1 FROM people WHERE name = ?)", arguments: [name]) ?? false
    }

    /// The greatest depth of an audit event that still counts. 0 if there is none.
    func latestAdmission() throws -> Int64 {
        try Int64.fetchOne(
            self, sql: "SELECT max(depth) FROM (SELECT depth FROM enrollments UNION ALL SELECT depth FROM accesses)")
            ?? 0
    }

    fileprivate func heldPeople(of central: NodeID) throws -> PeopleList? {
        guard let held = try heldList(), held.central.node == central else { return nil }
        let people = try Row.fetchAll(self, sql: "SELECT * FROM people").compactMap { Person($0) }
        return PeopleList(
            version: held.version, people: people.sorted { PeopleList.isBefore($0.name, $1.name) })
    }

    fileprivate func heldList() throws -> (central: Origin, version: UInt64)? {
        let row = try Row.fetchOne(self, sql: "SELECT node, incarnation, version FROM people_list")
        guard let row, let version = row.integer("version"), let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) })
        else { return nil }
        return (Origin(node: node, incarnation: incarnation), UInt64(clamping: version))
    }
}

extension Person {
    /// Nil if the row is corrupt.
    fileprivate init?(_ row: Row) {
        guard let name = row.text("name"), let role = row.text("role"), let group = row.text("work_group"),
            let department = row.text("department"), let grids = row.text("grids"), let verifier = row.text("verifier")
        else { return nil }
        self.init(
            name: name, role: role, group: group, department: department,
            grids: grids.split(separator: "\n").map(String.init), verifier: verifier)
    }
}
