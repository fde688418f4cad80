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
    /// read the file; `isThorough`: compares the indexes with their tables too.
    ///
    /// Throws `.damaged`, or `.foreign` when it is another node's or a newer version's.
    static func check(_ path: String, node: NodeID, readsAllPages: Bool, isThorough: Bool = false) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.read { db in
            try checkTables(db, path: path)
            if readsAllPages { try checkPages(db, path: path, isThorough: isThorough) }
            try checkIdentity(db, node: node, path: path)
        }
        try queue.close()
    }

    /// A journal gets its name only when it has all tables. So a missing one is damage, and no reason to make it.
    private static func checkTables(_ db: Database, path: String) throws {
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
        guard try isAsMade(objects, upTo: applied.last ?? Schema.firstVersion) else { throw spoiled(path) }
        for table in tables { _ = try Row.fetchOne(db, sql: "SELECT * FROM \(table) LIMIT 1") }
    }

    private static func spoiled(_ path: String) -> JournalError {
        .damaged(path: path, reason: "the list of its tables is spoiled")
    }

    private static func incomplete(_ path: String) -> JournalError {
        .damaged(path: path, reason: "tables are missing")
    }

    /// Whether all that the migrations make is there as they make it, each on pages of its own. One letter of a
    /// column's name turned over, and SQLite reads another table than the one that this code asks for.
    private static func isAsMade(_ objects: [SchemaObject], upTo version: String) throws -> Bool {
        let pristine = try DatabaseQueue()
        try Schema.migrator.migrate(pristine, upTo: version)
        let made = try pristine.read(SchemaObject.fetchAll).filter { $0.tableName != "grdb_migrations" }
        let roots = objects.map(\.root).filter { $0 != 0 }
        return Set(roots).count == roots.count && Set(made.map(\.definition)).isSubset(of: objects.map(\.definition))
    }

    /// It does not find rot inside of records: hashes do.
    private static func checkPages(_ db: Database, path: String, isThorough: Bool) throws {
        let check = isThorough ? "integrity_check" : "quick_check"
        let verdict = try String.fetchOne(db, sql: "PRAGMA \(check)(1)")
        guard verdict == "ok" else {
            throw JournalError.damaged(path: path, reason: verdict ?? "its pages cannot be checked")
        }
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

/// A table, an index or a trigger, as the list of them in a database describes it. What is nil cannot be read.
private struct SchemaObject {
    /// What makes it what it is, blanks aside.
    struct Definition: Hashable {
        let type: String?
        let name: String?
        let table: String?
        let words: [Substring]
    }

    let type: String?
    let name: String?
    let tableName: String?
    /// The page that it begins on; 0 for what has none.
    let root: Int64?
    /// Empty for what SQLite made by itself.
    let sql: String?

    init(_ row: Row) {
        (type, name, tableName) = (row.text("type"), row.text("name"), row.text("tbl_name"))
        root = row.integer("rootpage")
        sql = (row["sql"] as DatabaseValue).isNull ? "" : row.text("sql")
    }

    static func fetchAll(_ db: Database) throws -> [SchemaObject] {
        try Row.fetchAll(db, sql: "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master").map(Self.init)
    }

    var isReadable: Bool { type != nil && name != nil && tableName != nil && root != nil && sql != nil }

    var definition: Definition {
        Definition(type: type, name: name, table: tableName, words: (sql ?? "").split(whereSeparator: \.isWhitespace))
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
