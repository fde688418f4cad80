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
        let latest = try db.latestAdmission()
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
        try db.applyAuditEvent(entry)
    }

    /// Makes the tables of admission agree with the audit events again. A corrupt entry of this node may have been an
    /// audit event. If there is one, rows without an audit event stay. Returns how many rows were wrong.
    mutating func repairAdmissions() throws -> Int {
        let own = memory.origins.numbers(of: memory.own.node)
        guard !own.isEmpty else { return 0 }
        let before = try db.admissionRows()
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
        let after = try db.admissionRows()
        return before.symmetricDifference(after).isEmpty ? 0 : max(before.count, after.count)
    }

}

extension Database {
    /// Applies an audit event of the node itself to the tables of admission.
    fileprivate func applyAuditEvent(_ event: Entry) throws {
        switch AuditEvent(fields: event.change.fields) {
        case .enrollment(let enrollment): try apply(enrollment, of: event)
        case .access(let access): try apply(access, of: event)
        case nil: return
        }
    }

    fileprivate func admissionRows() throws -> Set<Row> {
        Set(
            try Row.fetchAll(self, sql: "SELECT * FROM enrollments") + Row.fetchAll(self, sql: "SELECT * FROM accesses")
        )
    }

    /// Whether `repairAdmissions` may have something to repair. Makes the tables again in a database in memory, and
    /// compares them.
    func admissionsDiffer(at node: NodeID, codec: any EntryCoding) throws -> Bool {
        let held = try admissionRows()
        let mirror = try DatabaseQueue()
        try Schema.migrator.migrate(mirror)
        return try mirror.write { mirror in
            for row in try originRows(of: node) {
                let events = try Row.fetchCursor(
                    self,
                    sql: """
                        SELECT entries.place, hash, bytes, resolved.place IS NOT NULL AS done
                        FROM entries LEFT JOIN resolved ON resolved.place = entries.place
                        WHERE report IS NULL AND quarantine IS NULL AND entries.place BETWEEN ? AND ?
                        """,
                    arguments: [
                        Place(origin: row.number, seq: 0).rowID, Place(origin: row.number, seq: Limits.seq).rowID,
                    ])
                while let event = try events.next() {
                    let entry = EntryRow(event)
                    // A corrupt entry says nothing, and may have been an audit event.
                    guard entry.isSound else { return true }
                    guard let entry = try entry.open(codec: codec, origin: { _ in row.origin }).entry,
                        entry.kind == .auditEvent
                    else { continue }
                    guard event.integer("done") == 1 else { return true }
                    try mirror.applyAuditEvent(entry)
                }
            }
            return try mirror.admissionRows() != held
        }
    }
}
