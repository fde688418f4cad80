import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Tables about which SQLite's checks report no false damage, in journals of every version.
struct SchemaTests {
    @Test func `tables without row ids begin with the columns of their key, in its order`() throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue)
        let wrong = try queue.read { db in
            try String.fetchAll(db, sql: "SELECT name FROM pragma_table_list WHERE schema = 'main' AND wr = 1").filter {
                try Self.keyPlaces(of: $0, db) != Array(1...Self.keyPlaces(of: $0, db).count)
            }
        }
        #expect(wrong.isEmpty, "\(wrong): `quick_check` of SQLite 3.40 misreports these once they have rows")
        // As the first version had it.
        try queue.write { db in
            try db.execute(sql: "CREATE TABLE t (a INTEGER NOT NULL, b INTEGER, PRIMARY KEY (b, a)) WITHOUT ROWID")
            #expect(try Self.keyPlaces(of: "t", db) == [2, 1])
        }
    }

    /// For each key column of a table: its position in the key.
    private static func keyPlaces(of table: String, _ db: Database) throws -> [Int] {
        try Int.fetchAll(db, sql: "SELECT pk FROM pragma_table_info(?) WHERE pk > 0 ORDER BY cid", arguments: [table])
    }

    @Test(arguments: [Role.gateway, .central])
    func `no check complains about a filled journal`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let said = try await node.journal.pool.read { db in
            try ["quick_check", "integrity_check"].map { try String.fetchAll(db, sql: "PRAGMA \($0)") }
        }
        #expect(said == [["ok"], ["ok"]])
    }

    static let versions = Array(Schema.migrator.migrations.dropLast())

    @Test(arguments: versions, [Role.gateway, .central])
    func `a journal of each earlier version is upgraded with all of its rows`(
        version: String, role: Role
    ) async throws {
        let node = try await TestNode.filled(1, role)
        let digest = try await node.journal.digest()
        let incidents = try await node.journal.incidents().map(\.dot)
        let old = try await OldJournal(of: node, version: version)
        let said = try await DatabaseQueue(path: node.journal.path).read { db in
            try String.fetchAll(db, sql: "PRAGMA quick_check")
        }
        // As after a kill: all pages are read at the start.
        try Data("1\n".utf8).write(to: URL(filePath: node.directory + "/journal.lock"))
        try node.reopen()
        #expect(try await node.journal.digest() == digest)
        #expect(try await node.journal.incidents().map(\.dot) == incidents)
        // A false alarm is reported, and stops nothing.
        #expect(node.journal.doubts == (said == ["ok"] ? [] : said))
        let defects = try await node.journal.pool.read { db in
            #expect(try String.fetchAll(db, sql: "PRAGMA quick_check") == ["ok"])
            #expect(try String.fetchAll(db, sql: "PRAGMA integrity_check") == ["ok"])
            return try old.differences(from: db)
        }
        #expect(defects.isEmpty, "\(defects)")
        #expect(old.tables.count >= 9)
        let id = try #require(old.report)
        #expect(try await node.edit(id).entry.report == id)
    }

    @Test func `a row that refers to a missing row does not stop an upgrade`() async throws {
        let node = try await TestNode.filled(1, .central)
        _ = try await OldJournal(of: node, version: "6 access")
        let queue = try DatabaseQueue(path: node.journal.path)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; INSERT INTO grids (gateway, grid) VALUES (99, 'x')")
        }
        try queue.close()
        try node.reopen()
        #expect(try await node.journal.pool.read { try Int.fetchOne($0, sql: "SELECT max(gateway) FROM grids") } == 99)
    }
}

/// Replaces a node's journal by one that an earlier version would have.
private struct OldJournal {
    /// The rows of each table, in order, with the columns that the version has.
    private(set) var tables: [String: [[DatabaseValue]]] = [:]
    private var columns: [String: [String]] = [:]
    /// A value that the node keeps unchanged.
    private(set) var report: ReportID?

    /// The names of tables and columns in versions up to the twelfth, by their present names.
    private static let earlierNames = [
        "incarnations": "lives", "enrollments": "enrolments", "resolved": "settled", "enrollments.event": "act",
        "accesses.event": "act", "accesses.role": "right", "gateways.fetched": "recalled",
        "retention.running_time": "clock", "marks.running_time": "clock",
    ]

    private static func name(now earlier: String, in table: String? = nil) -> String {
        let prefix = table.map { $0 + "." } ?? ""
        return earlierNames.first {
            $0.value == earlier && $0.key.contains(".") == (table != nil)
                && $0.key.hasPrefix(prefix)
        }.map { String($0.key.dropFirst(prefix.count)) } ?? earlier
    }

    init(of node: TestNode, version: String) async throws {
        let page = try await node.journal.reports(ReportQuery())
        report = page.reports.first?.id
        let path = node.journal.path
        try node.journal.close()
        try FileManager.default.moveItem(atPath: path, toPath: path + ".new-version")
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let queue = try DatabaseQueue(path: path)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = \(DatabaseHeader.application); PRAGMA journal_mode = WAL")
        }
        try Schema.migrator.migrate(queue, upTo: version)
        (tables, columns) = try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; ATTACH ? AS fresh", arguments: [path + ".new-version"])
            var (tables, columns): ([String: [[DatabaseValue]]], [String: [String]]) = ([:], [:])
            let names = try String.fetchAll(
                db, sql: "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name <> 'grdb_migrations'")
            let later = try Set(String.fetchAll(db, sql: "SELECT name FROM fresh.sqlite_master WHERE type = 'table'"))
            for name in names {
                let now = Self.name(now: name)
                guard later.contains(now) else {
                    try Self.fillGone(name, db)
                    continue
                }
                let list = try db.columns(in: name, in: "main").map(\.name)
                columns[now] = list.map { Self.name(now: $0, in: now) }
                let here = list.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
                let there = (columns[now] ?? []).map(\.quotedDatabaseIdentifier).joined(separator: ", ")
                try db.execute(
                    sql: """
                        DELETE FROM main.\(name);
                        INSERT INTO main.\(name) (\(here)) SELECT \(there) FROM fresh.\(now)
                        """)
                // SQLite itself makes rows there, and each opening adds a gap.
                if ["sqlite_sequence", "feed_gaps"].contains(name) { continue }
                tables[now] = try Self.rows(of: name, list, db)
            }
            try db.execute(sql: "DETACH fresh")
            return (tables, columns)
        }
        try queue.close()
        try FileManager.default.removeItem(atPath: path + ".new-version")
    }

    /// Tables that later versions do not have.
    private static func fillGone(_ table: String, _ db: Database) throws {
        #expect(table == "scopes", "fill it here, so that a journal that still has it is tried")
        try db.execute(
            sql: """
                INSERT INTO scopes (gateway, report)
                SELECT gateways.number, reports.number FROM gateways, reports WHERE reports.number <= 3
                """)
    }

    private static func rows(of table: String, _ columns: [String], _ db: Database) throws -> [[DatabaseValue]] {
        let text = columns.map(\.quotedDatabaseIdentifier).joined(separator: ", ")
        return try Row.fetchAll(db, sql: "SELECT \(text) FROM main.\(table) ORDER BY \(text)").map {
            Array($0.databaseValues)
        }
    }

    /// The tables that lost or changed a row.
    func differences(from db: Database) throws -> [String] {
        try tables.filter { name, rows in
            // An opening writes the role, the lease, and which positions of feeds it skipped.
            guard name != "feed_gaps" else { return false }
            let list = (columns[name] ?? []).filter { !["role", "leased"].contains($0) }
            let kept = (columns[name] ?? []).map { list.contains($0) }
            let before = rows.map { row in zip(row, kept).filter(\.1).map(\.0) }
            return try before != Self.rows(of: name, list, db)
        }.map { "\($0.key): \($0.value.count) rows" }.sorted()
    }
}
