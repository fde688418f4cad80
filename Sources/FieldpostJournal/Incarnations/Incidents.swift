import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// Returns the incidents of this node's journal, newest first, at most `limit`.
    package func incidents(limit: Int) async throws(JournalError) -> [Incident] {
        try await notes(of: .incident, limit: limit).map {
            Incident(dot: $0.entry.dot, account: $0.account, stamp: $0.entry.stamp, isResolved: $0.isResolved)
        }
    }

    /// Returns this node's own entries of a kind that belongs to no report, with their texts, at most `limit`. The
    /// order is newest first by place, because the clock may be wrong. An incarnation that came back from a peer is
    /// ordered by when it came back.
    func notes(
        of kind: Entry.Kind, limit: Int
    ) async throws(JournalError) -> [(entry: Entry, account: String, isResolved: Bool)] {
        let node = origin.node
        return try await read { [codec] db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT entries.place, hash, bytes, origins.node, origins.incarnation,
                        resolved.place IS NOT NULL AS done
                    FROM entries JOIN origins ON origins.number = entries.place >> 40
                    LEFT JOIN resolved ON resolved.place = entries.place
                    WHERE report IS NULL AND quarantine IS NULL AND origins.node = ?
                    ORDER BY entries.place DESC
                    """, arguments: [node.column])
            var found: [(entry: Entry, account: String, isResolved: Bool)] = []
            while found.count < limit, let row = try rows.next() {
                let sealed = try EntryRow(row).open(codec: codec) { _ in Origin(row) }
                guard let entry = sealed.entry, entry.kind == kind, let note = entry.change.notes.first else {
                    continue
                }
                found.append((entry, note.text, row.integer("done") == 1))
            }
            return found
        }
    }

    /// A person resolves all incidents so far, and all suspicions of gateways. Returns how many were unresolved.
    package func resolveIncidents() async throws(JournalError) -> Int {
        try await queue.write { context in
            context.memory.told = []
            let numbers = context.memory.origins.numbers(of: context.memory.own.node)
            try context.db.execute(sql: "DELETE FROM suspicions")
            var count = context.db.changesCount
            for number in numbers {
                try context.db.execute(
                    sql: """
                        INSERT OR IGNORE INTO resolved (place)
                        SELECT place FROM entries
                        WHERE report IS NULL AND quarantine IS NULL AND place > ? AND place <= ?
                        """,
                    arguments: [Place(origin: number, seq: 0).rowID, Place(origin: number, seq: Limits.seq).rowID])
                count += context.db.changesCount
            }
            return count
        }
    }

    /// Returns the entries that are kept but not merged, in order of place, at most `limit`.
    package func quarantine(limit: Int) async throws(JournalError) -> [QuarantinedEntry] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT entries.place, quarantine, length(bytes) AS size, origins.node, origins.incarnation
                    FROM entries JOIN origins ON origins.number = entries.place >> 40
                    WHERE quarantine IS NOT NULL AND quarantine <> ? ORDER BY entries.place LIMIT ?
                    """, arguments: [Quarantine.rehydrating, limit]
            ).compactMap { row in
                Origin(row).map {
                    QuarantinedEntry(
                        dot: Dot($0, Place(rowID: row["place"]).seq), reason: row.text("quarantine") ?? "",
                        byteCount: Int(row.integer("size") ?? 0))
                }
            }
        }
    }

    /// Reads quarantined entries again with this version of the program. Returns how many could be merged now.
    package func replayQuarantine() async throws(JournalError) -> Int {
        try await queue.write { context in try context.replayQuarantine() }
    }
}

extension Origin {
    /// Reads the columns `node` and `incarnation`.
    init?(_ row: Row) {
        guard let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) })
        else { return nil }
        self.init(node: node, incarnation: incarnation)
    }
}

extension WriteContext {
    fileprivate mutating func replayQuarantine() throws -> Int {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT place, hash, bytes, chain FROM entries
                WHERE quarantine IS NOT NULL AND quarantine <> ? ORDER BY place
                """, arguments: [Quarantine.beyondShare])
        var arrivals: [Arrival] = []
        for row in rows {
            let sealed = try open(row)
            guard sealed.entry != nil else { continue }
            let place = Place(rowID: row["place"])
            let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
            try remove(place)
            arrivals.append(Arrival(entry: sealed, place: place, chain: chain))
        }
        try store(arrivals)
        return arrivals.count
    }
}
