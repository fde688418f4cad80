package import FieldpostCore
import Foundation
import GRDB

/// What an administrator of this node did.
package struct RecordedAct: Hashable, Sendable {
    package let dot: Dot
    package let author: String
    package let account: String
    package let stamp: Stamp
}

extension Journal {
    /// What this node's administrators did, newest first, at most `limit`.
    package func acts(limit: Int = Limits.pageReports) async throws(JournalError) -> [RecordedAct] {
        try await told(.act, limit: limit).map {
            RecordedAct(dot: $0.entry.dot, author: $0.entry.author, account: $0.account, stamp: $0.entry.stamp)
        }
    }

    /// What an administrator did that changes nobody's admission. `account`: for people; `author`: by whom.
    package func record(_ account: String, author: String, stamp: Stamp) async throws(JournalError) {
        try await queue.write(isVital: true) { context in try context.act(account, author: author, stamp: stamp) }
    }
}

extension WriteContext {
    mutating func act(_ account: String, author: String, stamp: Stamp) throws {
        try act(Change(notes: [Note(text: account)]), author: author, stamp: stamp)
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
            author: author, stamp: stamp, change: change)
        try store([try link(act)])
    }

    /// What an entry outside of reports changes: an act of this node, whom it lets in.
    func heed(_ arrival: Arrival) throws {
        guard let entry = arrival.entry.entry, entry.kind == .act else { return }
        // It is no incident: nobody has to see to it.
        try db.execute(sql: "INSERT OR IGNORE INTO settled (place) VALUES (?)", arguments: [arrival.place.rowID])
        guard entry.dot.origin.node == memory.own.node else { return }
        switch Act(fields: entry.change.fields) {
        case .enrolment(let enrolment): try heed(enrolment, of: entry)
        case .access(let access): try heed(access, of: entry)
        case nil: return
        }
    }

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
        let acts = try Row.fetchAll(
            db, sql: "SELECT place, hash, bytes FROM entries WHERE report IS NULL AND quarantine IS NULL"
        ).filter { own.contains(Place(rowID: $0["place"]).origin) }
        // One that has rotted and that no scrub has come to yet is not marked.
        if rotten.isDisjoint(with: own), acts.allSatisfy({ EntryRow($0).isSound }) {
            try db.execute(sql: "DELETE FROM enrolments; DELETE FROM accesses")
        }
        for row in acts {
            try heed(Arrival(entry: try open(row), place: Place(rowID: row["place"]), chain: nil))
        }
        let after = try actRows()
        return before.symmetricDifference(after).isEmpty ? 0 : max(before.count, after.count)
    }

    private func actRows() throws -> Set<Row> {
        Set(
            try Row.fetchAll(db, sql: "SELECT * FROM enrolments") + Row.fetchAll(db, sql: "SELECT * FROM accesses"))
    }
}
