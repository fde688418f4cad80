package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: returns what the latest audit event says about each gateway, sorted by name.
    package func enrollments() async throws(JournalError) -> [Enrollment] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT gateway, state, name, grids FROM enrollments ORDER BY name, gateway")
                .compactMap { Enrollment($0) }
        }
    }

    /// At central: returns what the latest audit event says about a gateway. Returns nil if there is none.
    package func enrollment(of gateway: NodeID) async throws(JournalError) -> Enrollment? {
        try await read { db in try db.enrollment(of: gateway) }
    }

    /// At central: records an administrator's decision about a gateway. `account` says what was done, as text for
    /// people. `author` is the administrator.
    ///
    /// Throws `.nameTaken` if another enrolled gateway has the name, and `.tooManyPeople`.
    package func enroll(
        _ enrollment: Enrollment, account: String, author: String, stamp: Stamp
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            try context.enroll(enrollment, account: account, author: author, stamp: stamp)
            if enrollment.state == .enrolled { try context.checkPeople(in: enrollment.grids) }
        }
    }
}

extension WriteContext {
    /// `noEarlierThan` is the least depth that the audit event gets.
    mutating func enroll(
        _ enrollment: Enrollment, account: String, author: String, stamp: Stamp, noEarlierThan depth: UInt64 = 1
    ) throws {
        // Swift compares the names, not SQLite: two spellings of the same characters are one name.
        let others = try String.fetchAll(
            db, sql: "SELECT name FROM enrollments WHERE gateway <> ? AND state = ?",
            arguments: [enrollment.gateway.column, Enrollment.State.enrolled.rawValue])
        guard enrollment.state != .enrolled || !others.contains(enrollment.name) else {
            throw JournalError.nameTaken(enrollment.name)
        }
        try audit(
            Change(fields: enrollment.fields, notes: [Note(text: account)]), author: author, stamp: stamp,
            noEarlierThan: depth)
        // The scope changes now, not at the gateway's next hello: the gateway gets nothing more that it may no longer
        // see.
        guard enrollment.state == .enrolled else { return }
        let grids = Set(enrollment.grids)
        guard memory.gateways[enrollment.gateway]?.grids == grids else {
            try serve(grids, at: enrollment.gateway)
            return
        }
        // What waited while the gateway was revoked goes on.
        try backfill()
    }

}

extension Database {
    /// Stores what an audit event says about an enrollment. The event with the greatest depth wins, then the one with
    /// the greatest entry id. So audit events may arrive in any order.
    func apply(_ enrollment: Enrollment, of event: Entry) throws {
        try execute(
            sql: """
                INSERT INTO enrollments (gateway, depth, event, state, name, grids) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (gateway) DO UPDATE SET depth = excluded.depth, event = excluded.event,
                    state = excluded.state, name = excluded.name, grids = excluded.grids
                WHERE (excluded.depth, excluded.event) >= (depth, event)
                """,
            arguments: [
                enrollment.gateway.column, Int64(event.depth), event.id.column, enrollment.state.rawValue,
                enrollment.name,
                enrollment.grids.joined(separator: "\n"),
            ])
    }

    func enrollment(of gateway: NodeID) throws -> Enrollment? {
        try Row.fetchOne(
            self, sql: "SELECT gateway, state, name, grids FROM enrollments WHERE gateway = ?",
            arguments: [gateway.column]
        ).flatMap { Enrollment($0) }
    }
}

extension Enrollment {
    init?(_ row: Row) {
        guard let gateway = row.blob("gateway").flatMap({ NodeID(bytes: $0) }),
            let state = row.text("state").flatMap(State.init(rawValue:)), let name = row.text("name"),
            let grids = row.text("grids")
        else { return nil }
        self.init(gateway: gateway, state: state, name: name, grids: grids.split(separator: "\n").map(String.init))
    }
}
