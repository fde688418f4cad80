package import FieldpostCore
import Foundation
import GRDB

/// What an administrator of this node did.
package struct RecordedAuditEvent: Hashable, Sendable {
    package let dot: Dot
    package let author: String
    package let account: String
    package let stamp: Stamp
}

extension Journal {
    /// What this node's administrators did, newest first, at most `limit`.
    package func auditEvents(limit: Int = Limits.pageReports) async throws(JournalError) -> [RecordedAuditEvent] {
        try await told(.auditEvent, limit: limit).map {
            RecordedAuditEvent(dot: $0.entry.dot, author: $0.entry.author, account: $0.account, stamp: $0.entry.stamp)
        }
    }

    /// What an administrator did that changes nobody's admission. `account`: for people; `author`: by whom.
    package func record(_ account: String, author: String, stamp: Stamp) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.audit(account, author: author, stamp: stamp) }
    }
}

extension WriteContext {
    mutating func audit(_ account: String, author: String, stamp: Stamp) throws {
        try audit(Change(notes: [Note(text: account)]), author: author, stamp: stamp)
    }

    /// Writes an audit event as this node's next entry. It counts from the moment of its commit on.
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

    /// What an entry outside of reports changes: an audit event of this node, whom it lets in.
    func heed(_ arrival: Arrival) throws {
        guard let entry = arrival.entry.entry, entry.kind == .auditEvent else { return }
        // It is no incident: nobody has to see to it.
        try db.execute(sql: "INSERT OR IGNORE INTO resolved (place) VALUES (?)", arguments: [arrival.place.rowID])
        guard entry.dot.origin.node == memory.own.node else { return }
        switch AuditEvent(fields: entry.change.fields) {
        case .enrollment(let enrollment): try heed(enrollment, of: entry)
        case .access(let access): try heed(access, of: entry)
        case nil: return
        }
    }

    /// Makes the tables of admission agree with the audit events again. Where an entry of this node is corrupt, which
    /// may be one, what is said elsewhere stays. Returns how many rows stood wrong.
    mutating func mendAdmissions() throws -> Int {
        let own = memory.origins.values.filter { $0.origin.node == memory.own.node }.map(\.number)
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
        // One that is corrupt and that no scrub has come to yet is not marked.
        if corrupt.isDisjoint(with: own), events.allSatisfy({ EntryRow($0).isSound }) {
            try db.execute(sql: "DELETE FROM enrollments; DELETE FROM accesses")
        }
        for row in events {
            try heed(Arrival(entry: try open(row), place: Place(rowID: row["place"]), chain: nil))
        }
        let after = try admissionRows()
        return before.symmetricDifference(after).isEmpty ? 0 : max(before.count, after.count)
    }

    private func admissionRows() throws -> Set<Row> {
        Set(
            try Row.fetchAll(db, sql: "SELECT * FROM enrollments") + Row.fetchAll(db, sql: "SELECT * FROM accesses"))
    }
}
