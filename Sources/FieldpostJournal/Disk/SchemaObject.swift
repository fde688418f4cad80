import GRDB

/// A table, an index or a trigger, as the database's own list describes it. A nil property cannot be read.
struct SchemaObject {
    /// What defines the object, without regard to white space.
    struct Definition: Hashable {
        let type: String?
        let name: String?
        let table: String?
        let words: [Substring]
    }

    let type: String?
    let name: String?
    let tableName: String?
    /// The object's first page. 0 if it has none.
    let root: Int64?
    /// Empty if SQLite made the object itself.
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

/// What the definition of a table or an index means to SQLite.
struct SchemaForm: Hashable {
    /// Columns, keys and references, as SQLite lists them.
    private let rows: [[DatabaseValue]]
    /// The conditions of a table's rows (`CHECK`) or of an index (`WHERE`), and the whole text of a trigger. SQLite
    /// does not list them anywhere.
    private let conditions: [String]

    init(of object: SchemaObject, _ db: Database) throws {
        let name = (object.name ?? "").quotedDatabaseIdentifier
        let lists = object.type == "index" ? ["index_xinfo"] : ["table_xinfo", "foreign_key_list", "table_list"]
        rows = try lists.flatMap { list in
            try Row.fetchAll(db, sql: "PRAGMA \(list)(\(name))").map { Array($0.databaseValues) }
        }
        let text = (object.sql ?? "").lowercased().filter { !$0.isWhitespace }
        // A trigger is what its text says.
        if object.type == "trigger" {
            conditions = [text]
            return
        }
        let marks = object.type == "index" ? ["where"] : ["check("]
        conditions = marks.flatMap { text.split(separator: $0).dropFirst().map { String($0.prefix { $0 != ")" }) } }
    }
}
