package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// Returns what the latest audit event says about each terminal or person, sorted by name. Includes revoked ones.
    package func accesses() async throws(JournalError) -> [Access] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM accesses ORDER BY name").compactMap { Access($0) }
        }
    }

    /// Returns nil if no audit event is about that name.
    package func access(named name: String) async throws(JournalError) -> Access? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM accesses WHERE name = ?", arguments: [name])
                .flatMap { Access($0) }
        }
    }

    /// Finds the owner of a secret. Returns nil if nobody has that secret, or if the access was revoked.
    package func access(verifiedBy verifier: String) async throws(JournalError) -> Access? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM accesses WHERE verifier = ?", arguments: [verifier])
                .flatMap { Access($0) }.flatMap { $0.isRevoked ? nil : $0 }
        }
    }

    /// Records an administrator's decision about a terminal or a person. `account` says what was done, as text for
    /// people. `author` is the administrator.
    ///
    /// Throws `.nameTaken` if `isNew` is true and the name belongs to an access that is not revoked, or to somebody
    /// whom central named, and `.tooManyPeople`.
    package func give(
        _ access: Access, isNew: Bool, account: String, author: String, stamp: Stamp
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            let known = try Row.fetchOne(
                context.db, sql: "SELECT * FROM accesses WHERE name = ?", arguments: [access.name]
            ).flatMap { Access($0) }
            guard !isNew || known?.isRevoked != false, try !isNew || !context.db.isPerson(access.name) else {
                throw JournalError.nameTaken(access.name)
            }
            try context.audit(
                Change(fields: access.fields, notes: [Note(text: account)]), author: author, stamp: stamp)
            try context.checkPeople(in: access.isRevoked ? [] : access.assignment.grids)
        }
    }
}

extension Database {
    /// Stores what an audit event says about an access. As for enrollments, the latest event wins.
    func apply(_ access: Access, of event: Entry) throws {
        try execute(
            sql: """
                INSERT INTO accesses
                    (name, depth, event, "role", verifier, revoked, work_group, department, grids)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET depth = excluded.depth, event = excluded.event,
                    "role" = excluded."role", verifier = excluded.verifier, revoked = excluded.revoked,
                    work_group = excluded.work_group, department = excluded.department, grids = excluded.grids
                WHERE (excluded.depth, excluded.event) >= (depth, event)
                """,
            arguments: [
                access.name, Int64(event.depth), event.id.column, access.role.text, access.verifier, access.isRevoked,
                access.assignment.group?.rawValue ?? "", access.assignment.department,
                access.assignment.grids.joined(separator: "\n"),
            ])
    }
}

extension Access {
    init?(_ row: Row) {
        guard let name = row.text("name"), let role = row.text("role").flatMap(AccessRole.init(text:)),
            let verifier = row.text("verifier"), let revoked = row.integer("revoked"),
            let group = row.text("work_group"), let department = row.text("department"), let grids = row.text("grids")
        else { return nil }
        let assignment = Assignment(
            group: Workflow.Actor(rawValue: group), department: department,
            grids: grids.split(separator: "\n").map(String.init))
        self.init(name: name, role: role, assignment: assignment, verifier: verifier, isRevoked: revoked != 0)
    }
}
