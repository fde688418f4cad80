import FieldpostCore
import GRDB

/// What SQLite's checks say of a journal's file, heard twice. No complaint counts as damage by itself: some versions
/// misreport, and a disk may read wrong once.
struct StructureFindings: Hashable, Sendable {
    /// Complaints that the second look bore out.
    var damage: [String] = []
    /// Indexes that disagree with their tables: to be made anew from them.
    var indexes: [String] = []
    /// Complaints that the second look did not bear out. They stop nothing.
    var doubts: [String] = []

    var isClean: Bool { damage.isEmpty && indexes.isEmpty && doubts.isEmpty }
}

/// Looks for a spoiled structure in all pages of a database. It does not find corruption inside of records: hashes do.
enum StructureCheck {
    private static let complaints = 20

    /// `db`: reads the database at `path`. `comparesIndexes`: with their tables too.
    ///
    /// The first witness is SQLite's check. When it complains, a new connection reads the file again with the thorough
    /// check, and where that complains of what rows hold, the rows themselves are read and tried in a table of the same
    /// form. Throws what reading throws, which is damage when SQLite calls it corrupt.
    static func findings(_ db: Database, at path: String, comparesIndexes: Bool) throws -> StructureFindings {
        let first = try run(comparesIndexes ? "integrity_check" : "quick_check", db)
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
        let second = try run("integrity_check", db)
        return second.isEmpty ? StructureFindings(doubts: first) : try judge(second, db)
    }

    /// What two looks said alike of a database.
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

    private static func run(_ check: String, _ db: Database) throws -> [String] {
        let lines = try Row.fetchAll(db, sql: "PRAGMA \(check)(\(complaints))").map { row in
            row.databaseValues.first.flatMap { String.fromDatabaseValue($0) } ?? "an unreadable complaint"
        }
        return lines == ["ok"] ? [] : lines.isEmpty ? ["\(check) says nothing"] : lines
    }

    /// What a complaint is about.
    private enum Complaint {
        case structure, index
        /// What the rows of a table hold.
        case rows(of: String)

        /// By the words of SQLite's `pragma.c`. What is not known there counts as being about structure, the worst.
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

    /// Whether every row of a table can be read, and written to an empty one of the same form: SQLite then looks at
    /// each value by another way than its checks do.
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
