import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// Checks, before anything is written, whether SQLite reads a complete journal of this node from the file.
///
/// Uses its own read-only connection. A connection that may write makes a checkpoint when it is closed, even if the
/// data that it read is damaged.
enum ContentCheck {
    /// The tables that every version has had since the first.
    private static let tables: Set<String> = [
        "identity", "origins", "reports", "entries", "keys", "gateways", "grids", "feed", "feed_cursors",
    ]

    /// Reads what every journal has. `readsAllPages`: also looks for structural damage in every page. This takes as
    /// long as reading the file. `isThorough`: also compares the indexes with their tables. `codec`: if given, also
    /// reads the rows that opening the journal repairs.
    ///
    /// Returns the complaints that a second check did not confirm. Throws `.damaged`. Throws `.foreign` if the journal
    /// belongs to another node or was written by a newer version.
    @discardableResult
    static func check(
        _ path: String, node: NodeID, readsAllPages: Bool, isThorough: Bool = false, codec: (any EntryCoding)? = nil
    ) throws -> [String] {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let doubts = try queue.read { db in
            var doubts = try checkTables(db, path: path)
            if readsAllPages { doubts += try checkPages(db, path: path, isThorough: isThorough) }
            try checkIdentity(db, node: node, path: path)
            if try db.columns(in: "identity").contains(where: { $0.name == "ids_written" }) {
                _ = try ReportIndex(db, sizes: ReportIndex.Sizes())
            }
            if let codec { _ = try db.headRepairs(codec: codec) }
            return doubts
        }
        try queue.close()
        return doubts
    }

    /// A journal gets its file name only when it has all tables. So a missing table means damage, and is not created
    /// here.
    private static func checkTables(_ db: Database, path: String) throws -> [String] {
        // GRDB ends the process if a text column holds something else. So every value is checked before GRDB reads it.
        let objects = try SchemaObject.fetchAll(db)
        guard objects.allSatisfy(\.isReadable) else { throw damagedList(path) }
        let names = Set(objects.filter { $0.type == "table" }.compactMap(\.name))
        guard tables.union(["grdb_migrations"]).isSubset(of: names) else { throw incomplete(path) }
        let versions = try Row.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
        guard versions.allSatisfy({ $0.text("identifier") != nil }) else { throw damagedList(path) }
        let migrator = Schema.migrator
        let applied = try migrator.appliedMigrations(db)
        guard applied.contains(Schema.firstVersion) else { throw incomplete(path) }
        if try migrator.hasBeenSuperseded(db) {
            // The newer version has applied all migrations of this version, and more.
            guard try migrator.hasCompletedMigrations(db) else {
                throw JournalError.damaged(path: path, reason: "its list of versions is damaged")
            }
            throw JournalError.foreign(
                "\(path) was written by a newer version of Fieldpost. Nothing was changed. Install that version.")
        }
        let doubts = try compare(objects, in: db, upTo: applied.last ?? Schema.firstVersion, path: path)
        for table in tables { _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table) LIMIT 1") }
        return doubts
    }

    private static func damagedList(_ path: String) -> JournalError {
        .damaged(path: path, reason: "its list of tables is damaged")
    }

    private static func incomplete(_ path: String) -> JournalError {
        .damaged(path: path, reason: "tables are missing")
    }

    /// Checks that everything that the migrations create exists in the form in which they create it, each part on pages
    /// of its own. One flipped bit in a column's name is enough for SQLite to read another table than this code
    /// expects.
    ///
    /// A different text is damage only if its meaning for SQLite differs too. Another version of SQLite may write the
    /// same definition differently, and a letter in a comment means nothing. Returns the differences that are in the
    /// text only.
    private static func compare(
        _ objects: [SchemaObject], in db: Database, upTo version: String, path: String
    ) throws -> [String] {
        let roots = objects.map(\.root).filter { $0 != 0 }
        guard Set(roots).count == roots.count else { throw damagedList(path) }
        let pristine = try DatabaseQueue()
        try Schema.migrator.migrate(pristine, upTo: version)
        return try pristine.read { pristine in
            let made = try SchemaObject.fetchAll(pristine).filter { $0.tableName != "grdb_migrations" }
            let held = Set(objects.map(\.definition))
            return try made.filter { !held.contains($0.definition) }.map { object in
                guard let name = object.name, let other = objects.first(where: { $0.name == name }),
                    other.type == object.type, other.tableName == object.tableName,
                    try SchemaForm(of: other, db) == SchemaForm(of: object, pristine)
                else { throw damagedList(path) }
                return "the definition of \(name) has another text than this version writes, but the same meaning"
            }
        }
    }

    private static func checkPages(_ db: Database, path: String, isThorough: Bool) throws -> [String] {
        let findings = try StructureCheck.findings(db, at: path, comparesIndexes: isThorough)
        if let reason = (findings.damage + (isThorough ? findings.indexes : [])).first {
            throw JournalError.damaged(path: path, reason: reason)
        }
        return findings.doubts
    }

    private static func checkIdentity(_ db: Database, node: NodeID, path: String) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT node, incarnation FROM identity"),
            let stored = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            row.blob("incarnation").flatMap({ Incarnation(bytes: $0) }) != nil
        else { throw JournalError.damaged(path: path, reason: "it does not say which node it belongs to") }
        guard stored == node else {
            if stored.isAlmost(node) { throw JournalError.damaged(path: path, reason: "its identity is damaged") }
            throw foreign(path, of: stored, node: node)
        }
    }

    static func foreign(_ path: String, of stored: NodeID, node: NodeID) -> JournalError {
        .foreign(
            "\(path) belongs to node \(stored.short), but the key is that of node \(node.short). "
                + "Nothing was changed. Restore the right key, or use another directory.")
    }
}

extension NodeID {
    /// Whether the two ids differ in a few flipped bits only. Ids are hashes, so the ids of two nodes differ in about
    /// half of their bits.
    func isAlmost(_ other: NodeID) -> Bool {
        let differing = zip(bytes, other.bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
        return (1...8).contains(differing)
    }
}
