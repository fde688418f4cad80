import FieldpostCore
import GRDB

/// What two runs of SQLite's checks found in a journal's file. One complaint alone does not count as damage: some
/// versions of SQLite report errors that do not exist, and a disk may return wrong data once.
struct StructureFindings: Hashable, Sendable {
    /// Complaints that the second check confirmed.
    var damage: [String] = []
    /// Indexes that disagree with their tables. They can be rebuilt from the tables.
    var indexes: [String] = []
    /// Complaints that the second check did not confirm. They stop nothing.
    var doubts: [String] = []

    var isClean: Bool { damage.isEmpty && indexes.isEmpty && doubts.isEmpty }
}

/// Looks for structural damage in all pages of a database. It does not find corruption inside records: hashes do that.
enum StructureCheck {
    private static let complaints = 20

    /// `db` reads the database at `path`. `comparesIndexes`: also compares indexes with their tables. `table`: checks
    /// first only this table; the list of tables and the free pages belong to `sqlite_schema`. Nil: the whole file.
    ///
    /// SQLite's check runs first. If it complains, a new connection reads the file again with the thorough check. If
    /// that check complains about the contents of rows, the rows are read and inserted into a table of the same form.
    /// Throws the errors of reading. They mean damage if SQLite calls the file corrupt.
    static func findings(_ db: Database, at path: String, comparesIndexes: Bool, table: String? = nil) throws
        -> StructureFindings
    {
        let first = try run(comparesIndexes ? "integrity_check" : "quick_check", table, db)
        guard !first.isEmpty else { return StructureFindings() }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let again = try DatabaseQueue(path: path, configuration: configuration)
        let findings = try again.read { db in try secondLook(db, after: first) }
        try again.close()
        return findings
    }

    static func secondLook(_ db: Database, after first: [String]) throws -> StructureFindings {
        let second = try run("integrity_check", nil, db)
        return second.isEmpty ? StructureFindings(doubts: first) : try judge(second, db)
    }

    /// Sorts the complaints of the second check by what they mean.
    static func judge(_ complaints: [String], _ db: Database) throws -> StructureFindings {
        var findings = StructureFindings()
        for complaint in complaints {
            switch Complaint(complaint) {
            case .structure: findings.damage.append(complaint)
            case .index: findings.indexes.append(complaint)
            case .rows(let table):
                let isSound = try rowsAreSound(of: table, db)
                if isSound { findings.doubts.append(complaint) } else { findings.damage.append(complaint) }
            }
        }
        return findings
    }

    private static func run(_ check: String, _ table: String?, _ db: Database) throws -> [String] {
        // SQLite takes either a table or the greatest number of complaints.
        let scope = table.map(\.quotedDatabaseIdentifier) ?? "\(complaints)"
        let lines = try Row.fetchAll(db, sql: "PRAGMA \(check)(\(scope))").map { row in
            row.databaseValues.first.flatMap { String.fromDatabaseValue($0) } ?? "a complaint that cannot be read"
        }
        return lines == ["ok"] ? [] : lines.isEmpty ? ["\(check) returned nothing"] : lines
    }

    /// What a complaint is about.
    private enum Complaint {
        case structure, index
        /// The contents of a table's rows.
        case rows(of: String)

        /// Recognizes the texts of SQLite's `pragma.c`. An unknown text counts as structural damage, the worst kind.
        init(_ text: String) {
            let words = text.split(separator: " ").map(String.init)
            if text.contains(" value in "), let column = words.last?.split(separator: "."), column.count == 2 {
                self = .rows(of: String(column[0]))
            } else if text.hasPrefix("CHECK constraint failed in "), let table = words.last {
                self = .rows(of: table)
            } else if text.hasPrefix("wrong # of entries in index ") || text.contains(" missing from index ")
                || text.hasPrefix("non-unique entry in index ") || text.contains(" values differ from index ")
                || text.hasPrefix("rowid not at end-of-record for row ")
            {
                self = .index
            } else {
                self = .structure
            }
        }
    }

    /// Whether every row of a table can be read, and inserted into an empty table of the same form. With the insert,
    /// SQLite examines each value in another way than its checks do.
    private static func rowsAreSound(of table: String, _ db: Database) throws -> Bool {
        let form = try Row.fetchOne(
            db, sql: "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", arguments: [table])
        guard let form = form?.text("sql") else { return false }
        let mirror = try DatabaseQueue()
        return try mirror.writeWithoutTransaction { mirror in
            try mirror.execute(sql: "PRAGMA foreign_keys = OFF; " + form)
            let name = table.quotedDatabaseIdentifier
            let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(name)")
            while let row = try rows.next() {
                let marks = databaseQuestionMarks(count: row.count)
                let insert = try mirror.cachedStatement(sql: "INSERT INTO \(name) VALUES (\(marks))")
                do {
                    try insert.execute(arguments: StatementArguments(row.databaseValues))
                } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
                    return false
                }
                try mirror.cachedStatement(sql: "DELETE FROM \(name)").execute()
            }
            return true
        }
    }
}
