package import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension JournalCopy {
    /// Makes a journal of a copy that was put at its place in a directory of its own. The journal begins a new
    /// incarnation, always: what the node wrote after the copy left it is with its peers, and no dot of it may name
    /// another entry.
    ///
    /// `secrets`: the entries that were taken out of the copy; those that do not match are left out. `moment`: when the
    /// copy was made, as text for people. Returns what the journal holds, and the entries of which only the hash is
    /// there. When this returns, the database is one file, which is not synced, and the journal is closed.
    package static func restore(
        in directory: String, node: NodeID, role: Role, incarnation: Incarnation, secrets: [CopiedSecret],
        moment: String, codec: any EntryCoding, proofKey: ProofKey?, stamp: Stamp
    ) async throws(CopyError) -> (state: CopiedState, counts: CopyCounts) {
        do {
            let files = JournalFiles(directory: directory)
            try prepare(files.database, secrets)
            let journal = try Journal(
                directory: directory, node: node, role: role, codec: codec, opened: stamp, proofKey: proofKey)
            if journal.origin.incarnation == incarnation {
                let cause = IncarnationStart.Cause.restored(reason: "it is the backup of \(moment)", last: nil)
                try await journal.begin(IncarnationStart(cause, stamp: stamp))
            }
            // Also makes the tables of accounts from the entries that came back.
            _ = try await journal.scrub(.start)
            let isNew = journal.origin.incarnation != incarnation
            try journal.close()
            guard isNew else { throw CopyError.failed("no new incarnation began") }
            return try finish(files.database, codec: codec)
        } catch {
            throw CopyError(error)
        }
    }

    private static func prepare(_ path: String, _ secrets: [CopiedSecret]) throws {
        let copy = try DatabaseQueue(path: path, configuration: writing)
        try copy.write { db in
            for secret in secrets { try put(secret, back: db) }
            // The lease that this copy knows was left behind. Without one, opening alone would begin an incarnation,
            // but not for a journal that was still empty.
            try db.execute(sql: "UPDATE identity SET leased = 0")
        }
        try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
        try copy.close()
    }

    /// Brings everything from the log into the database.
    private static func finish(
        _ path: String, codec: any EntryCoding
    ) throws -> (state: CopiedState, counts: CopyCounts) {
        let queue = try DatabaseQueue(path: path)
        let held = try queue.writeWithoutTransaction { db in
            _ = try db.checkpoint(.truncate)
            var counts = CopyCounts()
            counts.withheld = try missing(db)
            return (state: try CopiedState(db, codec: codec), counts: counts)
        }
        try queue.close()
        return held
    }

    private static func missing(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM entries WHERE quarantine IN (?, ?)",
            arguments: [Quarantine.withheld, Quarantine.corrupt]) ?? 0
    }

    private static func put(_ secret: CopiedSecret, back db: Database) throws {
        try db.execute(
            sql: """
                UPDATE entries SET bytes = ?, quarantine = NULL WHERE place = ? AND quarantine = ? AND hash = ?
                """,
            arguments: [
                Data(secret.bytes), secret.place, Quarantine.withheld, Chain.hash(entry: secret.bytes).column,
            ])
    }
}
