package import FieldpostCore
import GRDB

extension Journal {
    /// At a gateway: notes that the node ran on for so many milliseconds of its monotonic clock, and how far central
    /// said that it holds this node's entries.
    ///
    /// `central`: the life of central that a session stands with; nil where none does. `age`: as for `prune`.
    package func rest(
        for milliseconds: UInt64, with central: Origin?, keeping age: UInt64
    ) async throws(JournalError) {
        try await queue.write(isVital: true) { context in
            try context.rest(for: milliseconds, with: central, keeping: Int64(clamping: age))
        }
    }

    /// Counts the times that entries whose bodies were pruned were called back.
    package var callBacks: Int { queue.callBacks }
}

extension WriteContext {
    fileprivate mutating func rest(for milliseconds: UInt64, with central: Origin?, keeping age: Int64) throws {
        memory.retention.clock += Int64(clamping: milliseconds)
        let clock = memory.retention.clock
        if let central, let confirmed = memory.retention.confirmed, confirmed.central == central {
            if memory.retention.central != central {
                // A new life of central has to say anew what it holds.
                (memory.retention.central, memory.retention.since) = (central, clock)
                try db.execute(sql: "DELETE FROM marks")
            }
            for (origin, seq) in confirmed.heads.sorted(by: { $0.key < $1.key }) {
                guard let row = memory.origins[origin] else { continue }
                try mark(row.number, seq: seq, outdated: clock - age)
            }
        }
        try db.execute(
            sql: "UPDATE retention SET clock = ?, since = ?, node = ?, incarnation = ?",
            arguments: [
                clock, memory.retention.since, memory.retention.central?.node.column,
                memory.retention.central?.incarnation.column,
            ])
    }

    /// Notes that central holds 1…seq now. Of the marks that are old enough the newest says all.
    private func mark(_ origin: Int64, seq: UInt64, outdated: Int64) throws {
        let seq = Int64(clamping: seq)
        try db.execute(sql: "DELETE FROM marks WHERE origin = ? AND seq > ?", arguments: [origin, seq])
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO marks (origin, clock, seq)
                SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM marks WHERE origin = ? AND seq >= ?)
                """, arguments: [origin, memory.retention.clock, seq, origin, seq])
        try db.execute(
            sql: """
                DELETE FROM marks WHERE origin = ?
                AND clock < (SELECT max(clock) FROM marks WHERE origin = ? AND clock <= ?)
                """, arguments: [origin, origin, outdated])
    }
}
