import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// What a repair does with entries after a gap, and what follows an interrupted repair.
struct RepairTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    private func rebuild() throws -> Rebuilt {
        try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
    }

    private func inspect(_ directory: String) throws -> [String]? {
        try Journal.inspect(directory: directory, node: node.id, codec: EntryCodec())
    }

    /// Makes one entry's bytes corrupt.
    private func spoil(_ seq: UInt64) throws {
        try node.tamper { db in
            try db.execute(
                sql: "UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place & 1099511627775 = ?",
                arguments: [Int64(seq)])
        }
    }

    @Test func `entries after a gap move to a new incarnation, and concurrent edits stay concurrent`() async throws {
        let report = ReportID(1)
        let first = try await node.create(report, text: "one")
        try await node.create(ReportID(2))  // will be lost
        let seen = try await node.edit(report, text: "two")
        let beside = try await node.edit(report, seen: first.version, text: "beside two")
        let after = try await node.edit(report, seen: seen.version, text: "after two")
        let before = try #require(try await node.journal.report(report))
        try spoil(2)
        try node.journal.close()

        let rebuilt = try rebuild()
        #expect((rebuilt.kept, rebuilt.moved, rebuilt.findings.corrupt) == (1, 3, 1))
        let findings = try #require(rebuilt.findings.origins.first)
        #expect((findings.head, findings.beyond, findings.last) == (1, 3, 5))
        try node.reopen()
        #expect(node.journal.origin == rebuilt.origin)
        let now = try #require(try await node.journal.report(report))
        #expect(now.history.map(\.id) == before.history.map(\.id))
        #expect(now.fields[.text]?.siblings.map(\.value) == before.fields[.text]?.siblings.map(\.value))
        #expect(now.isConflict && now.gaps.isEmpty)
        #expect(Set(now.history.map(\.dot)) == Set([first.entry.dot] + (1...3).map { Dot(rebuilt.origin, $0) }))
        #expect(try await node.journal.report(ReportID(2)) == nil)
        // A terminal that did not get its answer sends the change again, and gets the same change as the answer.
        let again = Samples.draft(
            .edit, report, id: after.entry.id, seen: seen.version, change: Change(fields: [.text: .text("after two")]))
        #expect(try await node.journal.append(again).isRepeat)
        #expect(try await node.journal.head().seq == 4)
        #expect(try await node.journal.incidents().count == 1)
        #expect(beside.entry.id != after.entry.id)
    }

    @Test func `central can pull all that a repaired gateway holds`() async throws {
        for number in 1...9 { try await node.create(ReportID(UInt128(number))) }
        try spoil(4)
        try node.journal.close()
        _ = try rebuild()
        try node.reopen()
        let central = try TestNode(2, .central)
        try await central.pull(from: node)
        #expect(try await central.journal.digest() == node.journal.digest())
        #expect(try await central.journal.statistics().reports == 8)
    }

    @Test func `lost entries from central fill the gap, and nothing is doubled`() async throws {
        let central = try TestNode(2, .central)
        for number in 1...9 { try await node.create(ReportID(UInt128(number))) }
        try await central.pull(from: node)
        let digest = try await central.journal.digest()
        let origin = node.journal.origin
        try spoil(4)
        try node.journal.close()
        _ = try rebuild()
        try node.reopen()
        let run = try #require(try await central.journal.run(of: origin, after: 3))
        _ = try await node.journal.ingest(run.sealed, of: origin, after: run.chainBefore)
        #expect(try await node.journal.digest().reports == 9)
        try await central.pull(from: node)
        #expect(try await central.journal.digest().reports == 9)
        #expect(try await central.journal.digest() == node.journal.digest())
        #expect(digest.reports == 9)
        #expect(try await node.journal.report(ReportID(7))?.history.count == 1)
    }

    @Test func `a second repair loses and moves nothing more`() async throws {
        for number in 1...9 { try await node.create(ReportID(UInt128(number))) }
        try spoil(4)
        try node.journal.close()
        let first = try rebuild()
        let second = try rebuild()
        // The first repair recorded itself.
        #expect((second.kept, second.moved) == (9, 0))
        #expect(second.reports == first.reports)
        #expect(Set(first.setAside).isDisjoint(with: second.setAside))
    }

    @Test func `a repair interrupted between its last steps can be run again and loses nothing`() async throws {
        for number in 1...9 { try await node.create(ReportID(UInt128(number))) }
        let digest = try await node.journal.digest()
        try node.journal.close()
        let files = JournalFiles(directory: node.directory)
        for _ in 0..<2 {
            // The files were moved aside, but the new journal is not in its place yet. There is an incomplete draft.
            _ = try files.setDamagedAside(moment: "19700101T000000Z")
            try Data("half".utf8).write(to: URL(fileURLWithPath: files.draft))
            let error = #expect(throws: JournalError.self) { try node.reopen() }
            guard case .damaged = error else {
                Issue.record("\(String(describing: error)) is not .damaged")
                return
            }
            #expect(try rebuild().reports == digest)
        }
        // Or only the database got its second name.
        try FileManager.default.linkItem(atPath: files.database, toPath: files.database + ".damaged-x")
        #expect(try rebuild().reports == digest)
        try node.reopen()
        #expect(try await node.journal.digest() == digest)
    }

    @Test(arguments: [Role.gateway, .central])
    func `a filled journal is rebuilt with every report that it showed`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let shown = try await node.journal.reports(ReportQuery()).reports
        let entries = try await node.journal.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM entries WHERE length(bytes) > 0") ?? 0
        }
        try node.journal.close()
        #expect(try Journal.inspect(directory: node.directory, node: node.id, codec: EntryCodec()) == [])
        let rebuilt = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        #expect(rebuilt.kept + rebuilt.moved >= entries)
        try node.reopen()
        #expect(try await node.journal.accesses().count == (role == .gateway ? 2 : 1))
        #expect(try await node.journal.enrollments().count == (role == .gateway ? 0 : 3))
        for report in shown { #expect(try await node.journal.report(report.id) != nil, "\(report.id)") }
        #expect(shown.count > 3)
        try await FilledJournal.fill(node.journal)
    }

    @Test func `sound and damaged journals are recognized, and neither is changed`() async throws {
        try await node.create()
        #expect(throws: JournalError.self) { try inspect(node.directory) }
        try node.journal.close()
        #expect(try inspect(node.directory) == [])
        let empty = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: empty) }
        #expect(try inspect(empty) == nil)
        try Data().write(to: URL(fileURLWithPath: node.journal.path))
        #expect(throws: JournalError.damaged(path: node.journal.path, reason: "it is empty")) {
            try inspect(node.directory)
        }
        let found = try Journal.examine(directory: node.directory, node: node.id, codec: EntryCodec())
        #expect(found.entries == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: node.directory).count { $0.contains("damaged") } == 0)
    }

    @Test func `the identity is found however long its row has become`() async throws {
        try await node.create(ReportID(1))
        try node.journal.close()
        let file = try DatabaseQueue(path: node.journal.path)
        try await file.write { db in
            let columns = try db.columns(in: "identity").map(\.name).filter {
                !["only", "node", "incarnation", "role", "predecessor", "blob_holder"].contains($0)
            }
            try db.execute(
                sql: "UPDATE identity SET predecessor = zeroblob(16), blob_holder = zeroblob(16), "
                    + columns.map { "\($0) = 9223372036854775807" }.joined(separator: ", "))
        }
        try file.close()
        let error = #expect(throws: JournalError.self) {
            try Journal.rebuild(directory: node.directory, node: NodeID(publicKey: [2]), codec: EntryCodec())
        }
        guard case .foreign = error else {
            Issue.record("\(String(describing: error)) is not .foreign")
            return
        }
        #expect(try rebuild().findings.identity?.node == node.id)
    }
}
