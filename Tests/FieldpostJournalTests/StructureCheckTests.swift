import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// One complaint of one check decides nothing.
struct StructureCheckTests {
    private func database() throws -> (DatabaseQueue, String) {
        let path = try TestNode.makeDirectory() + "/journal.sqlite"
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, PRIMARY KEY (b, a))
                    WITHOUT ROWID;
                    CREATE INDEX t_by_c ON t (c);
                    INSERT INTO t VALUES (1, 2, 3), (2, 2, 4), (3, 1, 5);
                    CREATE TABLE s (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a)) WITHOUT ROWID;
                    INSERT INTO s VALUES (1, 2), (2, 2);
                    """)
        }
        return (queue, path)
    }

    @Test func `the form that SQLite misreports causes at most a doubt`() throws {
        let (queue, path) = try database()
        let (said, findings) = try queue.read { db in
            (
                try String.fetchAll(db, sql: "PRAGMA quick_check"),
                try StructureCheck.findings(db, at: path, comparesIndexes: false)
            )
        }
        #expect(findings.damage.isEmpty && findings.indexes.isEmpty)
        #expect(findings.doubts == (said == ["ok"] ? [] : said))
    }

    @Test func `a complaint of the first check alone is a doubt`() throws {
        let (queue, _) = try database()
        let findings = try queue.read { db in
            try StructureCheck.secondLook(db, after: ["Tree 3 page 2: invalid page number 9"])
        }
        #expect(findings == StructureFindings(doubts: ["Tree 3 page 2: invalid page number 9"]))
    }

    @Test func `both checks may be wrong about rows, so the rows themselves decide`() throws {
        let (queue, _) = try database()
        let findings = try queue.read { db in
            try StructureCheck.judge(
                [
                    "NULL value in t.a", "CHECK constraint failed in t", "row 2 missing from index t_by_c",
                    "Page 7: never used",
                ],
                db)
        }
        #expect(findings.doubts == ["NULL value in t.a", "CHECK constraint failed in t"])
        #expect(findings.indexes == ["row 2 missing from index t_by_c"])
        #expect(findings.damage == ["Page 7: never used"])
    }

    @Test func `a forbidden NULL is damage`() throws {
        let (queue, path) = try database()
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    CREATE TABLE u (a INTEGER PRIMARY KEY, b TEXT); INSERT INTO u VALUES (1, 'x'), (2, NULL);
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'b TEXT', 'b TEXT NOT NULL') WHERE name = 'u';
                    PRAGMA writable_schema = RESET;
                    """)
        }
        let findings = try queue.read { db in try StructureCheck.findings(db, at: path, comparesIndexes: false) }
        #expect(findings.damage == ["NULL value in u.b"])
    }

    @Test func `an index that lacks a row is rebuilt from its table`() throws {
        let (queue, path) = try database()
        try queue.writeWithoutTransaction { db in
            // Its pages stay unchanged while a row is inserted.
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    CREATE TABLE kept AS SELECT * FROM sqlite_master WHERE name = 't_by_c';
                    DELETE FROM sqlite_master WHERE name = 't_by_c';
                    PRAGMA writable_schema = RESET;
                    """)
            try db.execute(sql: "INSERT INTO t VALUES (9, 9, 9)")
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    INSERT INTO sqlite_master SELECT * FROM kept;
                    PRAGMA writable_schema = RESET;
                    """)
        }
        let findings = try queue.read { db in try StructureCheck.findings(db, at: path, comparesIndexes: true) }
        #expect(!findings.indexes.isEmpty && findings.damage.isEmpty)
    }

    @Test func `a table definition from another version of SQLite is a doubt, and opens`() async throws {
        let node = try await TestNode.filled(1, .central)
        try node.tamper { db in
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET sql = replace(sql, 'CREATE TABLE tokens', 'CREATE TABLE "tokens"')
                    WHERE name = 'tokens';
                    """)
        }
        #expect(node.journal.doubts.count == 1)
        #expect(node.journal.doubts.first?.contains("tokens") == true)
        try node.journal.close()
        let doubts = try Journal.inspect(directory: node.directory, node: node.id, codec: EntryCodec())
        #expect(doubts?.count == 1)
    }

    @Test func `a scrub over tables that a quick check misreports changes nothing`() async throws {
        let node = try await TestNode.filled(1, .central)
        try await node.journal.pool.writeWithoutTransaction { db in
            // As the tables of the first version were.
            try db.execute(
                sql: """
                    CREATE TABLE old (a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (b, a)) WITHOUT ROWID;
                    INSERT INTO old VALUES (1, 1), (2, 1);
                    """)
        }
        #expect(try await node.journal.scrub(.structure).repaired == 0)
        #expect(node.journal.failure == nil)
    }
}
