package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// Returns what this node's administrators did, newest first, at most `limit` events.
    package func auditEvents(limit: Int) async throws(JournalError) -> [RecordedAuditEvent] {
        try await notes(of: .auditEvent, limit: limit).map {
            RecordedAuditEvent(dot: $0.entry.dot, author: $0.entry.author, account: $0.account, stamp: $0.entry.stamp)
        }
    }

    /// Records an administrator's action that changes nobody's admission. `account` is text for people. `author` is the
    /// administrator.
    package func record(_ account: String, author: String, stamp: Stamp) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.audit(account, author: author, stamp: stamp) }
    }
}

extension WriteContext {
    mutating func audit(_ account: String, author: String, stamp: Stamp) throws {
        try audit(Change(notes: [Note(text: account)]), author: author, stamp: stamp)
    }

    /// Writes an audit event as this node's next entry. The event takes effect with its commit.
    mutating func audit(_ change: Change, author: String, stamp: Stamp, noEarlierThan least: UInt64 = 1) throws {
        let latest =
            try Int64.fetchOne(
                db, sql: "SELECT max(depth) FROM (SELECT depth FROM enrollments UNION ALL SELECT depth FROM accesses)")
            ?? 0
        let seq = try origin(memory.own).head + 1
        let event = Entry(
            id: EntryID(memory.own.incarnation.value &+ UInt128(seq)), dot: Dot(memory.own, seq), kind: .auditEvent,
            report: .none, previousSeq: 0, context: VersionVector(), depth: max(UInt64(latest) + 1, least),
            author: author, stamp: stamp, change: change)
        try store([try link(event)])
    }

    /// Applies an entry that belongs to no report. An audit event of this node changes who may connect.
    func applyAuditEvent(_ arrival: Arrival) throws {
        guard let entry = arrival.entry.entry, entry.kind == .auditEvent else { return }
        // An audit event is not an incident: nobody has to resolve it.
        try db.execute(sql: "INSERT OR IGNORE INTO resolved (place) VALUES (?)", arguments: [arrival.place.rowID])
        guard entry.dot.origin.node == memory.own.node else { return }
        switch AuditEvent(fields: entry.change.fields) {
        case .enrollment(let enrollment): try apply(enrollment, of: entry)
        case .access(let access): try apply(access, of: entry)
        case nil: return
        }
    }

    /// Makes the tables of admission agree with the audit events again. A corrupt entry of this node may have been an
    /// audit event. If there is one, rows without an audit event stay. Returns how many rows were wrong.
    mutating func repairAdmissions() throws -> Int {
        let own = memory.origins.numbers(of: memory.own.node)
        guard !own.isEmpty else { return 0 }
        let before = try admissionRows()
        let corrupt = try Set(
            Int64.fetchAll(
                db, sql: "SELECT place FROM entries WHERE quarantine IN (?, ?)",
                arguments: [Quarantine.corrupt, Quarantine.withheld]
            ).map { Place(rowID: $0).origin })
        let events = try Row.fetchAll(
            db, sql: "SELECT place, hash, bytes FROM entries WHERE report IS NULL AND quarantine IS NULL"
        ).filter { own.contains(Place(rowID: $0["place"]).origin) }
        // An entry that became corrupt after the last scrub is not marked yet, so the hashes are checked here.
        if corrupt.isDisjoint(with: own), events.allSatisfy({ EntryRow($0).isSound }) {
            try db.execute(sql: "DELETE FROM enrollments; DELETE FROM accesses")
        }
        for row in events {
            try applyAuditEvent(Arrival(entry: try open(row), place: Place(rowID: row["place"]), chain: nil))
        }
        let after = try admissionRows()
        return before.symmetricDifference(after).isEmpty ? 0 : max(before.count, after.count)
    }

    private func admissionRows() throws -> Set<Row> {
        Set(
            try Row.fetchAll(db, sql: "SELECT * FROM enrollments") + Row.fetchAll(db, sql: "SELECT * FROM accesses"))
    }
}
