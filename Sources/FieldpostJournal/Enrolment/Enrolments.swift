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

    /// At central: the same with the depth of each of those acts, in its order.
    package func roster() async throws(JournalError) -> [RosterEntry] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM enrolments ORDER BY depth, gateway").compactMap { row in
                guard let enrolment = Enrolment(row), let depth = row.integer("depth") else { return nil }
                return RosterEntry(depth: UInt64(clamping: depth), enrolment: enrolment)
            }
        }
    }

    /// At central: acts anew what a copy of the roster says and the journal, from which acts were lost, says no more.
    /// What the journal says of a later act stands. Returns those that were put back.
    package func adopt(_ copy: [RosterEntry], stamp: Stamp) async throws(JournalError) -> [Enrolment] {
        try await queue.write { context in try context.adopt(copy, stamp: stamp) }
    }

    /// At central: an administrator's act about a gateway. `account`: what was done, for people; `author`: by whom.
    ///
    /// Throws `.nameTaken` when another gateway that is enrolled has the name.
    package func enrol(
        _ enrolment: Enrolment, account: String, author: String, stamp: Stamp
    ) async throws(JournalError) {
        try await queue.write { context in
            try context.enrol(enrolment, account: account, author: author, stamp: stamp)
        }
    }
}

/// What the last act about a gateway says, and how late that act is among all of them.
package struct RosterEntry: Hashable, Sendable {
    package let depth: UInt64
    package let enrolment: Enrolment

    package init(depth: UInt64, enrolment: Enrolment) {
        self.depth = depth
        self.enrolment = enrolment
    }
}

extension WriteContext {
    fileprivate mutating func adopt(_ copy: [RosterEntry], stamp: Stamp) throws -> [Enrolment] {
        var adopted: [Enrolment] = []
        for entry in copy.sorted(by: { $0.depth < $1.depth }) {
            let gateway = entry.enrolment.gateway
            let known = try Int64.fetchOne(
                db, sql: "SELECT depth FROM enrolments WHERE gateway = ?", arguments: [gateway.column])
            guard known.map({ UInt64(clamping: $0) < entry.depth }) ?? true else { continue }
            let account =
                "Put back \(entry.enrolment.name) (\(gateway.short)) as \(entry.enrolment.state.rawValue): "
                + "the act that said so is not in the journal any more."
            do {
                try enrol(
                    entry.enrolment, account: account, author: "fieldpost", stamp: stamp, noEarlierThan: entry.depth)
                adopted.append(entry.enrolment)
            } catch JournalError.nameTaken {
                // A person gave the name away since: that gateway has to be enrolled again.
                continue
            }
        }
        return adopted
    }

    /// `noEarlierThan`: the least depth of the act.
    mutating func enrol(
        _ enrolment: Enrolment, account: String, author: String, stamp: Stamp, noEarlierThan depth: UInt64 = 1
    ) throws {
        let holder = try Data.fetchOne(
            db, sql: "SELECT gateway FROM enrolments WHERE name = ? AND gateway <> ? AND state = ?",
            arguments: [enrolment.name, enrolment.gateway.column, Enrolment.State.enrolled.rawValue])
        guard holder == nil || enrolment.state != .enrolled else { throw JournalError.nameTaken(enrolment.name) }
        try act(
            Change(fields: enrolment.fields, notes: [Note(text: account)]), author: author, stamp: stamp,
            noEarlierThan: depth)
    }

    /// Writes an act as this node's next entry. It counts from the moment of its commit on.
    mutating func act(_ change: Change, author: String, stamp: Stamp, noEarlierThan least: UInt64 = 1) throws {
        let latest =
            try Int64.fetchOne(
                db, sql: "SELECT max(depth) FROM (SELECT depth FROM enrolments UNION ALL SELECT depth FROM accesses)")
            ?? 0
        let seq = try origin(memory.own).head + 1
        let act = Entry(
            id: EntryID(memory.own.incarnation.value &+ UInt128(seq)), dot: Dot(memory.own, seq), kind: .act,
            report: .none, previousSeq: 0, clock: VersionVector(), depth: max(UInt64(latest) + 1, least),
            author: author,
            stamp: stamp, change: change)
        try store([try link(act)])
    }

    /// What an entry outside of reports changes: an act of this node, whom it lets in. The greatest depth counts, then
    /// the greatest entry id, so that acts may come in any order.
    func heed(_ arrival: Arrival) throws {
        guard let act = arrival.entry.entry, act.kind == .act else { return }
        // It is no incident: nobody has to see to it.
        try db.execute(sql: "INSERT OR IGNORE INTO settled (place) VALUES (?)", arguments: [arrival.place.rowID])
        guard act.dot.origin.node == memory.own.node else { return }
        if let access = Access(fields: act.change.fields) { return try heed(access, of: act) }
        guard let enrolment = Enrolment(fields: act.change.fields) else { return }
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

extension WriteContext {
    /// Makes whom acts let in agree with the acts again. Where an entry of this node has rotted, which may be one, what
    /// is said elsewhere stays. Returns how many rows stood wrong.
    mutating func mendActs() throws -> Int {
        let own = memory.origins.values.filter { $0.origin.node == memory.own.node }.map(\.number)
        guard !own.isEmpty else { return 0 }
        let before = try actRows()
        let rotten = try Set(
            Int64.fetchAll(
                db, sql: "SELECT place FROM entries WHERE quarantine IN (?, ?)",
                arguments: [Quarantine.rotten, Quarantine.withheld]
            ).map { Place(rowID: $0).origin })
        if rotten.isDisjoint(with: own) {
            try db.execute(sql: "DELETE FROM enrolments; DELETE FROM accesses")
        }
        let acts = try Row.fetchAll(
            db, sql: "SELECT place, hash, bytes FROM entries WHERE report IS NULL AND quarantine IS NULL")
        for row in acts {
            let place = Place(rowID: row["place"])
            guard own.contains(place.origin) else { continue }
            try heed(Arrival(entry: try open(row), place: place, chain: nil))
        }
        let after = try actRows()
        return before.symmetricDifference(after).isEmpty ? 0 : max(before.count, after.count)
    }

    private func actRows() throws -> Set<Row> {
        Set(
            try Row.fetchAll(db, sql: "SELECT * FROM enrolments") + Row.fetchAll(db, sql: "SELECT * FROM accesses"))
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
    fileprivate init?(_ row: Row) {
        guard let gateway = row.blob("gateway").flatMap({ NodeID(bytes: $0) }),
            let state = row.text("state").flatMap(State.init(rawValue:)), let name = row.text("name"),
            let grids = row.text("grids")
        else { return nil }
        self.init(gateway: gateway, state: state, name: name, grids: grids.split(separator: "\n").map(String.init))
    }
}
