package import FieldpostCore
import Foundation
import GRDB

extension Journal {
    /// At central: what the last act about each gateway says, by name.
    package func enrolments() async throws(JournalError) -> [Enrolment] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT gateway, state, name, grids FROM enrolments ORDER BY name, gateway")
                .compactMap { Enrolment($0) }
        }
    }

    /// At central: what the last act about a gateway says; nil when there is none.
    package func enrolment(of gateway: NodeID) async throws(JournalError) -> Enrolment? {
        try await read { db in try db.enrolment(of: gateway) }
    }

    /// At central: an administrator's act about a gateway. `account`: what was done, for people; `author`: by whom.
    ///
    /// Throws `.nameTaken` when another gateway that is enrolled has the name.
    package func enrol(
        _ enrolment: Enrolment, account: String, author: String, stamp: Stamp
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            try context.enrol(enrolment, account: account, author: author, stamp: stamp)
        }
    }
}

extension WriteContext {
    /// `noEarlierThan`: the least depth of the act.
    mutating func enrol(
        _ enrolment: Enrolment, account: String, author: String, stamp: Stamp, noEarlierThan depth: UInt64 = 1
    ) throws {
        // Compared here, not by SQLite: two spellings of the same characters are one name.
        let others = try String.fetchAll(
            db, sql: "SELECT name FROM enrolments WHERE gateway <> ? AND state = ?",
            arguments: [enrolment.gateway.column, Enrolment.State.enrolled.rawValue])
        guard enrolment.state != .enrolled || !others.contains(enrolment.name) else {
            throw JournalError.nameTaken(enrolment.name)
        }
        try act(
            Change(fields: enrolment.fields, notes: [Note(text: account)]), author: author, stamp: stamp,
            noEarlierThan: depth)
        // At once, and not only when the gateway says hello again: nothing that it may no longer see goes down to it.
        if enrolment.state == .enrolled { try serve(Set(enrolment.grids), at: enrolment.gateway) }
    }

    /// What an act says of an enrolment. The greatest depth counts, then the greatest entry id, so that acts may come
    /// in any order.
    func heed(_ enrolment: Enrolment, of act: Entry) throws {
        try db.execute(
            sql: """
                INSERT INTO enrolments (gateway, depth, act, state, name, grids) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (gateway) DO UPDATE SET depth = excluded.depth, act = excluded.act,
                    state = excluded.state, name = excluded.name, grids = excluded.grids
                WHERE (excluded.depth, excluded.act) >= (depth, act)
                """,
            arguments: [
                enrolment.gateway.column, Int64(act.depth), act.id.column, enrolment.state.rawValue, enrolment.name,
                enrolment.grids.joined(separator: "\n"),
            ])
    }
}

extension Database {
    func enrolment(of gateway: NodeID) throws -> Enrolment? {
        try Row.fetchOne(
            self, sql: "SELECT gateway, state, name, grids FROM enrolments WHERE gateway = ?",
            arguments: [gateway.column]
        ).flatMap { Enrolment($0) }
    }
}

extension Enrolment {
    init?(_ row: Row) {
        guard let gateway = row.blob("gateway").flatMap({ NodeID(bytes: $0) }),
            let state = row.text("state").flatMap(State.init(rawValue:)), let name = row.text("name"),
            let grids = row.text("grids")
        else { return nil }
        self.init(gateway: gateway, state: state, name: name, grids: grids.split(separator: "\n").map(String.init))
    }
}
