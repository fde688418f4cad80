import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Copies of journals for backups, and journals that are made of them.
struct JournalCopyTests {
    private static let verifier = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5a2V5a2V5a2V5a2V5a2V5"

    private func give(_ name: String, at node: TestNode) async throws {
        let access = Access(name: name, role: .admin, verifier: Self.verifier)
        try await node.journal.give(
            access, isNew: true, account: "Gave \(name) an account.", author: "operator", stamp: .unknown)
    }

    private func copy(_ node: TestNode, to path: String) throws -> (state: CopiedState, secrets: [CopiedSecret]) {
        try JournalCopy.make(of: node.directory, at: path, codec: EntryCodec()) { _, _ in }
    }

    private func check(_ path: String) throws -> (state: CopiedState, counts: CopyCounts) {
        try JournalCopy.check(path, codec: EntryCodec()) { _ in }
    }

    /// Restores a copy. Returns the directory.
    private func restore(_ path: String, of node: TestNode, _ copied: CopiedState, secrets: [CopiedSecret] = [])
        async throws -> String
    {
        let directory = try TestNode.makeDirectory()
        try FileManager.default.copyItem(atPath: path, toPath: directory + "/journal.sqlite")
        _ = try await JournalCopy.restore(
            in: directory, node: node.id, role: node.role, incarnation: copied.incarnation, secrets: secrets,
            moment: "2026-11-30T19:25:00Z", codec: EntryCodec(), proofKey: nil, stamp: .unknown)
        return directory
    }

    private func open(_ directory: String, of node: TestNode) throws -> Journal {
        try Journal(directory: directory, node: node.id, role: node.role, codec: EntryCodec())
    }

    @Test(arguments: [Role.gateway, .central])
    func `A copy of a journal with rows in every table is whole, and restores to the same`(role: Role) async throws {
        let node = try await TestNode.filled(1, role)
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        let found = try check(path)
        #expect(found.state == copied.state)
        #expect(copied.state.role == role)
        #expect(try await node.journal.digest() == copied.state.reports)
        let directory = try await restore(path, of: node, copied.state, secrets: copied.secrets)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let restored = try open(directory, of: node)
        #expect(try await restored.digest() == copied.state.reports)
        #expect(try await restored.accesses() == node.journal.accesses())
        #expect(restored.origin != node.journal.origin)
        try restored.close()
    }

    @Test func `A copy that is made while others write is one state, and the writers go on`() async throws {
        let node = try TestNode(1)
        let long = String(repeating: "字", count: 2_500)
        for number in 0..<400 { try await node.create(text: "report \(number) " + long) }
        let path = node.directory + "/copy"
        let before = try #require(try await node.journal.heads(of: node.id).first).seq
        let (journal, directory) = (node.journal, node.directory)
        var steps = 0
        let copied = try JournalCopy.make(of: directory, at: path, codec: EntryCodec()) { done, total in
            guard done < total else { return }
            steps += 1
            // A commit falls between two steps.
            let isWritten = DispatchSemaphore(value: 0)
            let change = Change(fields: [.text: .text("meanwhile")])
            journal.append(Samples.draft(.create, .random(), change: change)) { _ in isWritten.signal() }
            isWritten.wait()
        }
        #expect(try check(path).state == copied.state)
        // The state is that of the first step.
        #expect(try #require(copied.state.heads.first).seq == before)
        let after = try #require(try await node.journal.heads(of: node.id).first).seq
        #expect(steps > 1 && after == before + UInt64(steps))
        #expect(try check(path).counts.corrupt == 0)
    }

    @Test func `No secret is left in a copy, also not in its free pages, and a restore puts them back`() async throws {
        let node = try TestNode(1)
        try await node.create()
        for name in ["李敏", "王强", "former"] { try await give(name, at: node) }
        // Text of a report may look like a hash, and stays.
        try await node.create(text: "scrypt")
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        #expect(copied.secrets.count == 3)
        #expect(Data(copied.secrets[0].bytes).range(of: Data(Self.verifier.utf8)) != nil)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.range(of: Data("$scrypt$".utf8)) == nil && bytes.range(of: Data("scrypt".utf8)) != nil)
        let live = try #require(FileManager.default.contents(atPath: node.journal.path))
            + (FileManager.default.contents(atPath: node.journal.path + "-wal") ?? Data())
        #expect(live.range(of: Data("scrypt".utf8)) != nil)
        let found = try check(path)
        #expect(found.counts == CopyCounts(entries: 5, corrupt: 0, withheld: 3))

        let whole = try await restore(path, of: node, copied.state, secrets: copied.secrets)
        let without = try await restore(path, of: node, copied.state)
        defer { for directory in [whole, without] { try? FileManager.default.removeItem(atPath: directory) } }
        let first = try open(whole, of: node)
        #expect(try await first.accesses() == node.journal.accesses())
        #expect(try await first.missing().isEmpty)
        try first.close()
        // A gateway asks central for them.
        let second = try open(without, of: node)
        #expect(try await second.accesses().map(\.name) == node.journal.accesses().map(\.name))
        #expect(try await second.accesses().allSatisfy { $0.verifier.isEmpty })
        #expect(try await second.missing() == [.run(node.journal.origin, first: 2, last: 4)])
        try second.close()
    }

    /// Deletes a row with a hash, as a version of SQLite does that does not overwrite what it deletes.
    private func leaveResidue(in path: String) throws {
        let file = try DatabaseQueue(path: path)
        try file.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA secure_delete = OFF; CREATE TABLE gone (text TEXT)")
            try db.execute(sql: "INSERT INTO gone VALUES (?)", arguments: [Self.verifier])
            try db.execute(sql: "DELETE FROM gone; DROP TABLE gone; PRAGMA wal_checkpoint(TRUNCATE)")
        }
        try file.close()
    }

    @Test func `What is left of a hash between the rows of a page is not in a copy`() async throws {
        let node = try TestNode(1)
        try await node.create(text: "井盖松动")
        try await give("李敏", at: node)
        try node.journal.close()
        try leaveResidue(in: node.journal.path)
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        let bytes = try #require(FileManager.default.contents(atPath: path))
        #expect(bytes.range(of: Data("$scrypt$".utf8)) == nil)
        #expect(try check(path).state == copied.state)
        #expect(!FileManager.default.fileExists(atPath: path + ".new"))
    }

    @Test func `A secret of another journal is not put into an entry`() async throws {
        let node = try TestNode(1)
        try await give("李敏", at: node)
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        let forged = copied.secrets.map { CopiedSecret(place: $0.place, bytes: $0.bytes.reversed()) }
        let directory = try await restore(path, of: node, copied.state, secrets: forged)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let restored = try open(directory, of: node)
        #expect(try await restored.accesses().map(\.verifier) == [""])
        #expect(try await restored.missing().count == 1)
        try restored.close()
    }

    @Test(arguments: [0, 1, 20])
    func `A restored journal never writes a dot that the node used before`(entries: Int) async throws {
        let node = try TestNode(1)
        for _ in 0..<entries { try await node.create() }
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        // The node goes on, and central hears of it.
        let central = try TestNode(9, .central)
        for _ in 0..<5 { try await node.create(text: "after the backup") }
        try await central.pull(from: node)
        var origins: Set<Origin> = [node.journal.origin]
        for _ in 0..<3 {
            let directory = try await restore(path, of: node, copied.state)
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let restored = try open(directory, of: node)
            #expect(restored.predecessor == node.journal.origin.incarnation)
            #expect(origins.insert(restored.origin).inserted)
            let written = try await restored.append(
                Samples.draft(.create, .random(), change: Change(fields: [.text: .text("new")])))
            #expect(written.entry.dot.origin == restored.origin)
            let incidents = try await restored.incidents()
            #expect(incidents.count == 1 && incidents.first?.account.contains("the backup of 2026") == true)
            try restored.close()
        }
    }

    @Test func `A node that wrote too much meanwhile, and a missing journal, are told apart`() async throws {
        let node = try TestNode(1)
        try await node.create()
        #expect(throws: CopyError.noJournal(directory: "/nowhere")) {
            _ = try JournalCopy.make(of: "/nowhere", at: node.directory + "/copy", codec: EntryCodec()) { _, _ in }
        }
        // The log of a node that cannot make a checkpoint.
        for _ in 0..<400 { try await node.create(text: String(repeating: "字", count: 900)) }
        let log = try #require(FileHandle(forWritingAtPath: node.journal.path + "-wal"))
        try log.truncate(atOffset: UInt64(Limits.copiedLogBytes) + 1)
        try log.close()
        #expect(throws: CopyError.grows(logBytes: Limits.copiedLogBytes + 1)) {
            _ = try JournalCopy.make(of: node.directory, at: node.directory + "/copy", codec: EntryCodec()) { _, _ in }
        }
        #expect(CopyError(DatabaseError(resultCode: .SQLITE_FULL)) == .full)
        #expect(CopyError(JournalError.full) == .full)
    }

    @Test func `Damage of a copy is found: a page, an entry, the end`() async throws {
        let node = try TestNode(1)
        for number in 0..<200 { try await node.create(text: "report \(number) " + String(repeating: "字", count: 300)) }
        let path = node.directory + "/copy"
        let copied = try copy(node, to: path)
        let whole = try #require(FileManager.default.contents(atPath: path))
        func damaged(_ change: (inout Data) -> Void) throws -> Bool {
            var bytes = whole
            change(&bytes)
            try bytes.write(to: URL(fileURLWithPath: path))
            guard let found = try? check(path) else { return true }
            return found.counts.corrupt > 0 || found.state != copied.state
        }
        #expect(try !damaged { _ in })
        #expect(try damaged { $0.removeLast(4096) })
        #expect(try damaged { $0[8 * 4096] ^= 0xFF })
        let text = try #require(whole.range(of: Data("report 77 ".utf8)))
        #expect(try damaged { $0[text.lowerBound] ^= 1 })
    }
}
