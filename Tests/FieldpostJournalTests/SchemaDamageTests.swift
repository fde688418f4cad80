import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// The list of tables at the start of a database: one flipped bit there names another column.
struct SchemaDamageTests {
    /// Except in a comment, and if a word of SQL only changes its case.
    @Test(arguments: ["entries", "gateways", "entries_by_report", "listed_new"])
    func `a definition with one flipped bit is damage if it changes the table`(name: String) throws {
        let node = try TestNode(1)
        try node.journal.close()
        let path = node.directory + "/journal.sqlite"
        let queue = try DatabaseQueue(path: path)
        let definition = try queue.read { db in
            try String.fetchOne(db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [name])
        }
        try queue.close()
        let text = Data(try #require(definition).utf8)
        let pristine = try Data(contentsOf: URL(filePath: path))
        // What was moved on its page is there twice.
        var starts: [Int] = []
        while let found = pristine.range(of: text, in: (starts.last ?? -1) + 1..<pristine.count) {
            starts.append(found.lowerBound)
        }
        #expect(!starts.isEmpty)
        var accepted = 0
        for offset in text.indices {
            var spoiled = pristine
            for start in starts { spoiled[start + offset] ^= 1 << (offset % 8) }
            try spoiled.write(to: URL(filePath: path))
            if let doubts = try? ContentCheck.check(path, node: node.id, readsAllPages: false) {
                accepted += 1
                #expect(doubts.count == 1, "byte \(offset)")
                let line =
                    text[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { text[$0..<offset] } ?? text[..<offset]
                let isComment = line.range(of: Data("--".utf8)) != nil
                #expect(isComment || Self.isLetter(text[offset]) && offset % 8 == 5, "byte \(offset)")
                continue
            }
            let error = #expect(throws: (any Error).self, "byte \(offset)") {
                try ContentCheck.check(path, node: node.id, readsAllPages: false)
            }
            let refusal = error.map { JournalError($0, path: path) }
            guard case .damaged = refusal else {
                Issue.record("byte \(offset): \(String(describing: refusal)) is not .damaged")
                return
            }
        }
        #expect(accepted < text.count / 2)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    @Test func `a table on another table's pages is damage`() throws {
        let node = try TestNode(1)
        try node.journal.close()
        let path = node.directory + "/journal.sqlite"
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA writable_schema = ON;
                    UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE name = 'origins')
                    WHERE name = 'gateways';
                    """)
        }
        try queue.close()
        #expect(throws: JournalError.self) {
            try ContentCheck.check(path, node: node.id, readsAllPages: false)
        }
    }

    @Test func `an index or statistics that an operator added are not damage`() throws {
        let node = try TestNode(1)
        try node.journal.close()
        let path = node.directory + "/journal.sqlite"
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "CREATE INDEX by_hand ON reports (grid); ANALYZE") }
        try queue.close()
        try ContentCheck.check(path, node: node.id, readsAllPages: false)
    }
}
