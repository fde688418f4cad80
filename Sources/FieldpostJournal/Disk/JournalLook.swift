package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB
import GRDBSQLite
import Glibc

/// What a journal says of itself without being opened. The node may run meanwhile.
package struct JournalLook: Hashable, Sendable {
    /// The newest migration, such as "29 counts".
    package let version: String
    /// Whether the next start applies migrations.
    package let isOlder: Bool
    package let fileBytes: Int
    package let reports: Int
    /// Entries that are kept and not merged, and those of them that are corrupt.
    package let quarantined: Int
    package let corrupt: Int
    /// The phase at which the next scrub goes on. Nil: at its start.
    package let scrubPhase: String?

    /// SQLite's own version, such as "3.40.1".
    package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

    /// Nil if there is no journal, or if SQLite would make files to read it: a journal that no node has opened yet.
    ///
    /// Reads with a connection that neither writes nor makes a checkpoint, and checks the journal as a start does,
    /// except for its pages. Throws `.damaged`, `.foreign` and `.failed`.
    package init?(directory: String, node: NodeID) throws(JournalError) {
        let files = JournalFiles(directory: directory)
        let isHeld = try FileCheck(files: files).holdsJournal()
        guard isHeld, let bytes = JournalFiles.size(files.database), JournalFiles.size(files.log) != nil,
            JournalFiles.size(files.database + "-shm") != nil
        else { return nil }
        do {
            try ContentCheck.check(files.database, node: node, readsAllPages: false)
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: files.database, configuration: configuration)
            (version, isOlder, reports, quarantined, corrupt, scrubPhase) = try queue.read { db in
                let applied = try Schema.migrator.appliedMigrations(db)
                let isOlder = try !Schema.migrator.hasCompletedMigrations(db)
                // Tables of an older version may be missing.
                let counts = isOlder ? nil : try JournalStatistics(db, path: files.database)
                let phase = isOlder ? nil : try String.fetchOne(db, sql: "SELECT phase FROM scrub")
                return (
                    applied.last ?? "", isOlder, counts?.reports ?? 0, counts?.quarantined ?? 0,
                    counts?.corrupt ?? 0, phase
                )
            }
            fileBytes = Int(clamping: bytes)
            try queue.close()
        } catch {
            throw JournalError(error, path: files.database)
        }
    }
}
