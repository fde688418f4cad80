package import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    /// At a gateway: adds milliseconds of the monotonic clock to the running time, and stores how far central confirmed
    /// that it holds this node's entries.
    ///
    /// `central`: the incarnation of central with which a session is open. Nil if there is none. `age`: as for `prune`.
    package func rest(
        for milliseconds: UInt64, with central: Origin?, keeping age: UInt64
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            try context.rest(for: milliseconds, with: central, keeping: Int64(clamping: age))
        }
    }

    /// How often pruned bodies were fetched again.
    package var rehydrations: Int { queue.rehydrations }
}

extension WriteContext {
    fileprivate mutating func rest(for milliseconds: UInt64, with central: Origin?, keeping age: Int64) throws {
        memory.retention.runningTime += Int64(clamping: milliseconds)
        let now = memory.retention.runningTime
        if let central, let confirmed = memory.retention.confirmed, confirmed.central == central {
            if memory.retention.central != central {
                // A new incarnation of central must first confirm what it holds.
                (memory.retention.central, memory.retention.since) = (central, now)
                try db.execute(sql: "DELETE FROM marks")
            }
            for (origin, seq) in confirmed.heads.sorted(by: { $0.key < $1.key }) {
                guard let row = memory.origins[origin] else { continue }
                try mark(row.number, seq: seq, outdated: now - age)
            }
        }
        try db.execute(
            sql: "UPDATE retention SET running_time = ?, since = ?, node = ?, incarnation = ?",
            arguments: [
                now, memory.retention.since, memory.retention.central?.node.column,
                memory.retention.central?.incarnation.column,
            ])
    }

    /// Stores that central holds 1…seq now. Among the marks that are old enough, only the newest is needed.
    private func mark(_ origin: Int64, seq: UInt64, outdated: Int64) throws {
        let seq = Int64(clamping: seq)
        try db.execute(sql: "DELETE FROM marks WHERE origin = ? AND seq > ?", arguments: [origin, seq])
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO marks (origin, running_time, seq)
                SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM marks WHERE origin = ? AND seq >= ?)
                """, arguments: [origin, memory.retention.runningTime, seq, origin, seq])
        try db.execute(
            sql: """
                DELETE FROM marks WHERE origin = ?
                AND running_time < (SELECT max(running_time) FROM marks WHERE origin = ? AND running_time <= ?)
                """, arguments: [origin, origin, outdated])
    }
}
