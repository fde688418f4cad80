import FieldpostCore
import Foundation
import GRDB

/// A new journal. It is made under another name, and gets its real name when it is complete and durable. So a crash
/// never leaves half a journal.
enum JournalDraft {
    /// Makes a journal at a path for `origin`, and lets `fill` write to it. Nothing is synced.
    static func make(
        at path: String, as origin: Origin, after predecessor: Incarnation? = nil,
        fill: (Database) throws -> Void = { _ in }
    ) throws {
        var configuration = Configuration()
        configuration.label = "fieldpost.draft"
        configuration.prepareDatabase { db in
            // Nothing uses the draft before the whole file is synced.
            try db.execute(
                sql: """
                    PRAGMA page_size = \(DatabaseHeader.pageBytes);
                    PRAGMA application_id = \(DatabaseHeader.application);
                    PRAGMA synchronous = OFF;
                    PRAGMA journal_mode = MEMORY;
                    PRAGMA cache_size = -\(Limits.pageCacheKibibytes);
                    """)
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try Schema.migrator.migrate(queue)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    INSERT INTO identity (only, node, incarnation, predecessor, cases_version) VALUES (1, ?, ?, ?, ?)
                    """,
                arguments: [
                    origin.node.column, origin.incarnation.column, predecessor?.column, CaseRow.version,
                ])
            try fill(db)
            try db.execute(sql: "PRAGMA journal_mode = WAL")
        }
        try queue.close()
    }
}
