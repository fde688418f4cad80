import FieldpostCore
import FieldpostStore
import FilledJournal
import GRDB
import Testing

@testable import FieldpostJournal

/// The journals with which opening, repair, bit flips and faults are tested.
struct FilledJournalTests {
    @Test(arguments: [Role.gateway, .central])
    func `every table of a filled journal has rows`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let defects = try await node.journal.pool.read { db in try FilledJournal.defects(db, role: role) }
        #expect(defects.isEmpty, "\(defects.joined(separator: "\n"))")
        #expect(node.journal.failure == nil)
    }

    @Test func `each table is filled for at least one role`() {
        #expect(FilledJournal.tables.filter(\.value.isEmpty).isEmpty)
    }

    @Test(arguments: [Role.gateway, .central])
    func `repeating a part adds nothing`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let before = try await node.journal.pool.read(FilledJournal.rowCounts)
        let parts = FilledJournal.parts(role)
        for part in parts { try await part.fill(node.journal) }
        #expect(try await node.journal.pool.read(FilledJournal.rowCounts) == before)
        #expect(parts.count > 4)
    }

    @Test func `empty, new and missing tables are named`() async throws {
        let node = try await TestNode.filled(1, .central)
        let defects = try await node.journal.pool.writeWithoutTransaction { db in
            try db.execute(sql: "CREATE TABLE fresh (x); DELETE FROM named; DROP TABLE boots")
            return try FilledJournal.defects(db, role: .central)
        }
        #expect(defects.count == 3)
        for table in ["fresh", "named", "boots"] {
            #expect(defects.contains { $0.hasPrefix("Table \(table) is ") }, "\(table)")
        }
    }
}
