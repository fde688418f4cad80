import FieldpostCore
import Foundation
import GRDB

/// Whether what SQLite reads is a whole journal of this node, before anything is written to it.
///
/// By a connection of its own that only reads: one that may write check-points when it is closed, also when that which
/// it read was spoiled.
enum ContentCheck {
    /// The tables of the first version that every later one has.
    private static let tables: Set<String> = [
        "identity", "origins", "reports", "entries", "keys", "gateways", "grids", "feed", "feed_cursors",
    ]

    /// Reads what every journal has. `readsAllPages`: looks for a spoiled structure everywhere, which takes the time to
    /// read the file; `isThorough`: compares the indexes with their tables too. With a `codec` the rows that an opening
    /// mends are read too.
    ///
    /// Returns the complaints that a second look did not bear out. Throws `.damaged`, or `.foreign` when it is another
    /// node's or a newer version's.
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
            if let codec { _ = try db.headMends(codec: codec) }
            return doubts
        }
        try queue.close()
        return doubts
    }

    /// A journal gets its name only when it has all tables. So a missing one is damage, and no reason to make it.
    private static func checkTables(_ db: Database, path: String) throws -> [String] {
        // The library ends the process over a text that is none: so nothing of these reaches it unlooked at.
        let objects = try SchemaObject.fetchAll(db)
        guard objects.allSatisfy(\.isReadable) else { throw spoiled(path) }
        let names = Set(objects.filter { $0.type == "table" }.compactMap(\.name))
        guard tables.union(["grdb_migrations"]).isSubset(of: names) else { throw incomplete(path) }
        let versions = try Row.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations")
        guard versions.allSatisfy({ $0.text("identifier") != nil }) else { throw spoiled(path) }
        let migrator = Schema.migrator
        let applied = try migrator.appliedMigrations(db)
        guard applied.contains(Schema.firstVersion) else { throw incomplete(path) }
        if try migrator.hasBeenSuperseded(db) {
            // A newer version has done all that this one knows, and more.
            guard try migrator.hasCompletedMigrations(db) else {
                throw JournalError.damaged(path: path, reason: "the list of its versions is spoiled")
            }
            throw JournalError.foreign(
                "\(path) was written by a newer Fieldpost. Nothing was changed; install that version.")
        }
        let doubts = try compare(objects, in: db, upTo: applied.last ?? Schema.firstVersion, path: path)
        for table in tables { _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table) LIMIT 1") }
        return doubts
    }

    private static func spoiled(_ path: String) -> JournalError {
        .damaged(path: path, reason: "the list of its tables is spoiled")
    }

    private static func incomplete(_ path: String) -> JournalError {
        .damaged(path: path, reason: "tables are missing")
    }

    /// Whether all that the migrations make is there as they make it, each on pages of its own. One letter of a
    /// column's name turned over, and SQLite reads another table than the one that this code asks for.
    ///
    /// Words that differ are damage only where what SQLite makes of them differs too: another version of it may write
    /// the same table down otherwise, and a letter of a comment means nothing. Returns what differs in words alone.
    private static func compare(
        _ objects: [SchemaObject], in db: Database, upTo version: String, path: String
    ) throws -> [String] {
        let roots = objects.map(\.root).filter { $0 != 0 }
        guard Set(roots).count == roots.count else { throw spoiled(path) }
        let pristine = try DatabaseQueue()
        try Schema.migrator.migrate(pristine, upTo: version)
        return try pristine.read { pristine in
            let made = try SchemaObject.fetchAll(pristine).filter { $0.tableName != "grdb_migrations" }
            let held = Set(objects.map(\.definition))
            return try made.filter { !held.contains($0.definition) }.map { object in
                guard let name = object.name, let other = objects.first(where: { $0.name == name }),
                    other.type == object.type, other.tableName == object.tableName,
                    try SchemaForm(of: other, db) == SchemaForm(of: object, pristine)
                else { throw spoiled(path) }
                return "\(name) is written down otherwise than this version does, and means the same"
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
        else { throw JournalError.damaged(path: path, reason: "it does not say whose it is") }
        guard stored == node else {
            if stored.isSpoiled(node) { throw JournalError.damaged(path: path, reason: "its identity is spoiled") }
            throw foreign(path, of: stored, node: node)
        }
    }

    static func foreign(_ path: String, of stored: NodeID, node: NodeID) -> JournalError {
        .foreign(
            "\(path) belongs to node \(stored.short), but the key is that of node \(node.short). "
                + "Nothing was changed; put the right key back, or use another directory.")
    }
}

extension NodeID {
    /// Whether this is another one with a few bits turned over. Two nodes, whose ids are hashes, differ in half of
    /// theirs.
    func isSpoiled(_ other: NodeID) -> Bool {
        let differing = zip(bytes, other.bytes).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
        return (1...8).contains(differing)
    }
}
