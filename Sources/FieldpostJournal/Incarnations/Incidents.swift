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
