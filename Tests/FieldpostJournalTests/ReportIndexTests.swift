import FieldpostCore
import FieldpostStore
import FieldpostWire
import GRDB
import Testing

@testable import FieldpostJournal

/// Ids of reports that are written late, in order, and in levels.
struct ReportIndexTests {
    /// So few that a hundred reports pass through all levels.
    private static let sizes = ReportIndex.Sizes(memory: 4, first: 8)

    private func journal(in directory: String, _ role: Role = .gateway) throws -> Journal {
        var opening = Opening()
        opening.idSizes = Self.sizes
        return try Journal(
            disk: HostDisk(directory: directory), node: NodeID(publicKey: [1]), role: role, codec: EntryCodec(),
            opening: opening)
    }

    private func counts(_ journal: Journal) async throws -> (memory: Int, first: Int, second: Int) {
        try await journal.pool.read { db in
            let written = try Int.fetchOne(db, sql: "SELECT ids_written FROM identity") ?? 0
            return (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM reports WHERE number > ?", arguments: [written]) ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM report_ids_1") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM report_ids_2") ?? 0
            )
        }
    }

    @Test func `each report is found, and no id is accepted twice, while ids pass through all levels`() async throws {
        let node = try TestNode(1)
        try node.journal.close()
        let journal = try journal(in: node.directory)
        defer { try? journal.close() }
        var random = Seeded(1)
        var ids: [ReportID] = []
        for _ in 0..<120 {
            let id = ReportID(UInt128(random.next()) << 64 | UInt128(random.next()))
            let draft = Samples.draft(.create, id, id: EntryID(id.value))
            _ = try await journal.append(draft)
            ids.append(id)
            #expect(try await journal.append(draft).isRepeat)
            for old in [ids[0], ids[ids.count / 2]] {
                #expect(try await journal.report(old)?.id == old)
                await #expect(throws: JournalError.reportExists(old)) {
                    try await journal.append(Samples.draft(.create, old))
                }
                await #expect(throws: JournalError.keyReused(EntryID(old.value))) {
                    try await journal.append(Samples.draft(.create, .random(), id: EntryID(old.value)))
                }
            }
        }
        let counts = try await counts(journal)
        #expect(counts.first > 0 && counts.first < 40, "\(counts)")
        #expect(counts.second > 60, "\(counts)")
        #expect(counts.memory <= 2 * Self.sizes.memory, "\(counts)")
        #expect(try await journal.statistics().reports == 120)
        for id in ids { #expect(try await journal.report(id)?.id == id) }
        #expect(try await journal.report(.random()) == nil)
    }

    @Test(arguments: [Role.gateway, .central])
    func `ids that are in no table yet are found after the journal was closed or killed`(role: Role) async throws {
        let node = try TestNode(1, role)
        try node.journal.close()
        let first = try journal(in: node.directory, role)
        let ids = (1...11).map { ReportID($0 << 100 | 7) }
        for id in ids { _ = try await first.append(Samples.draft(.create, id, id: EntryID(id.value))) }
        try first.close()
        let second = try journal(in: node.directory, role)
        defer { try? second.close() }
        for id in ids {
            #expect(try await second.report(id)?.id == id)
            #expect(try await second.append(Samples.draft(.create, id, id: EntryID(id.value))).isRepeat)
        }
        #expect(try await second.statistics().reports == 11)
    }

    @Test func `an id whose transaction was undone is not found, and the number goes to another report`() async throws {
        let index = ReportIndex(sizes: Self.sizes)
        index.add(ReportID(1), number: 1)
        index.settle()
        index.add(ReportID(2), number: 2)
        let mark = index.mark
        index.add(ReportID(3), number: 3)
        index.rollBack(to: mark)
        #expect(index.recent(ReportID(3)) == nil)
        #expect(index.recent(ReportID(2)) == 2)
        index.rollBack()
        #expect(index.recent(ReportID(2)) == nil)
        #expect(index.recent(ReportID(1)) == 1)
    }

    @Test func `a write that is undone after it took all ids leaves them to be written later`() throws {
        let queue = try DatabaseQueue()
        try Schema.migrator.migrate(queue)
        let index = ReportIndex(sizes: Self.sizes)
        for number in 1...3 { index.add(ReportID(UInt128(number)), number: Int64(number)) }
        index.settle()
        try queue.inDatabase { db in
            try db.inTransaction {
                index.add(ReportID(9), number: 9)
                try index.write(to: db, all: true)
                return .rollback
            }
            index.rollBack()
            #expect(try db.indexedNumber(of: ReportID(2)) == nil)
            #expect(index.recent(ReportID(2)) == 2)
            #expect(index.recent(ReportID(9)) == nil)
            try db.inTransaction {
                try index.write(to: db, all: true)
                return .commit
            }
            index.settle()
            #expect(try db.indexedNumber(of: ReportID(2)) == 2)
            #expect(try db.indexedNumber(of: ReportID(9)) == nil)
            #expect(index.recent(ReportID(2)) == nil)
        }
    }

    @Test func `the scrub repairs an index that names no row, or the wrong one`() async throws {
        let node = try await TestNode.filled(1)
        let id = ReportID(0xF00D)
        try await node.create(id, id: EntryID(id.value))
        try await node.journal.writeReportIDs()
        let digest = try await node.journal.digest()
        for change in [
            "DELETE FROM report_ids_1", "UPDATE report_ids_1 SET number = 999",
            "UPDATE report_ids_1 SET number = (SELECT min(number) FROM reports)",
        ] {
            try node.tamper { try $0.execute(sql: change) }
            try await node.scrub()
            #expect(try await node.journal.report(id)?.id == id, "\(change)")
            #expect(try await node.journal.digest() == digest, "\(change)")
        }
    }

    @Test func `a report that got two rows because its id was hidden has one again after a scrub`() async throws {
        let node = try TestNode(1)
        let id = ReportID(0xF00D)
        try await node.create(id, id: EntryID(id.value))
        try await node.edit(id, text: "first")
        try await node.journal.writeReportIDs()
        let hidden = try await node.journal.report(id)
        try node.tamper { try $0.execute(sql: "DELETE FROM report_ids_1") }
        let second = try await node.journal.append(Samples.draft(.create, id, id: EntryID(5)))
        #expect(second.entry.dot.seq == 3)
        try await node.scrub()
        let report = try #require(try await node.journal.report(id))
        #expect(report.history.count == (hidden?.history.count ?? 0) + 1)
        #expect(try await node.journal.reports(ReportQuery()).reports.map(\.id) == [id])
        #expect(try await node.journal.digest().reports == 1)
    }

    @Test func `a retry of a report that was moved to another incarnation is recognized`() async throws {
        let node = try TestNode(1)
        let id = ReportID(0xF00D)
        let made = try await node.create(id, id: EntryID(id.value))
        try await node.journal.begin(
            IncarnationStart(.forked(made.entry.dot.origin, agreed: 0), stamp: Samples.stamp))
        let again = try await node.create(id, id: EntryID(id.value))
        #expect(again.isRepeat)
        #expect(again.entry.dot.origin == node.journal.origin)
    }
}

extension TestNode {
    /// Scrubs the whole journal.
    fileprivate func scrub() async throws {
        var cursor: ScrubCursor? = .start
        while let place = cursor { cursor = try await journal.scrub(place).next }
    }
}
