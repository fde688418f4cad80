import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

struct OpeningTests {
    let node: TestNode

    init() throws { node = try TestNode(1) }

    @Test func `committed entries are there after reopening, and seqs continue`() async throws {
        try await node.create(ReportID(1))
        let head = try await node.journal.head()
        let digest = try await node.journal.digest()
        try node.tamper { _ in }
        #expect(try await node.journal.head() == head)
        #expect(try await node.journal.digest() == digest)
        #expect(try await node.create().entry.dot == Dot(head.origin, 2))
    }

    @Test func `the connection that writes syncs at every commit`() throws {
        let level = try node.journal.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == 2)
    }

    @Test func `an open journal is refused in the same process`() throws {
        let error = #expect(throws: JournalError.self) { try node.reopen() }
        guard case .locked(_, let holder) = error else {
            Issue.record("\(String(describing: error)) is not .locked")
            return
        }
        #expect(holder == "\(ProcessInfo.processInfo.processIdentifier)")
    }

    @Test func `an open journal is refused to another process until it is closed`() throws {
        #expect(try Self.canLock(node.directory) == false)
        try node.journal.close()
        #expect(try Self.canLock(node.directory))
    }

    @Test func `a journal that another process holds is refused here`() throws {
        try node.journal.close()
        let holder = Process()
        holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        holder.arguments = [node.directory + "/journal.lock", "sh", "-c", "echo held; read line"]
        let (input, output) = (Pipe(), Pipe())
        holder.standardInput = input
        holder.standardOutput = output
        try holder.run()
        #expect(try output.fileHandleForReading.read(upToCount: 4) == Data("held".utf8))
        let error = #expect(throws: JournalError.self) { try node.reopen() }
        guard case .locked = error else {
            Issue.record("\(String(describing: error)) is not .locked")
            return
        }
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        try node.reopen()
    }

    @Test func `a journal of another node is refused and not changed`() async throws {
        try await node.create(ReportID(1))
        try node.journal.close()
        let error = #expect(throws: JournalError.self) { try node.reopen(as: NodeID(publicKey: [2])) }
        guard case .foreign = error else {
            Issue.record("\(String(describing: error)) is not .foreign")
            return
        }
        try node.reopen()
        #expect(try await node.journal.report(ReportID(1)) != nil)
    }

    @Test func `a journal of a newer version is refused`() throws {
        try node.journal.close()
        let file = try DatabaseQueue(path: node.journal.path)
        try file.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        try file.close()
        let error = #expect(throws: JournalError.self) { try node.reopen() }
        guard case .foreign = error else {
            Issue.record("\(String(describing: error)) is not .foreign")
            return
        }
    }

    @Test func `a file that is not a journal is refused`() throws {
        try node.journal.close()
        try FileManager.default.removeItem(atPath: node.journal.path + "-wal")
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: node.journal.path))
        let error = #expect(throws: JournalError.self) { try node.reopen() }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error)) is not .damaged")
            return
        }
    }

    @Test func `migrations create the tables, and each is recorded once`() throws {
        try node.tamper { _ in }
        let migrator = Schema.migrator
        let applied = try node.journal.pool.read(migrator.appliedIdentifiers)
        #expect(applied == Set(migrator.migrations))
    }

    @Test(arguments: [Role.gateway, .central])
    func `a filled journal of a killed process opens, with every page read, unchanged`(
        role: Role
    ) async throws {
        let node = try await TestNode.filled(1, role)
        let digest = try await node.journal.digest()
        var counts = try await node.journal.pool.read(FilledJournal.rowCounts)
        // Central notes which positions of feeds it skips at an opening.
        if role == .central { counts["feed_gaps", default: 0] += 1 }
        let copy = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: copy) }
        for name in ["journal.sqlite", "journal.sqlite-wal", "journal.lease", "journal.lock"] {
            try FileManager.default.copyItem(atPath: node.directory + "/" + name, toPath: copy + "/" + name)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: copy + "/journal.lock")).count > 0)
        let journal = try Journal(directory: copy, node: node.id, role: role, codec: EntryCodec())
        defer { try? journal.close() }
        #expect(journal.doubts.isEmpty)
        #expect(try await journal.digest() == digest)
        #expect(try await journal.pool.read(FilledJournal.rowCounts) == counts)
        #expect(try await journal.incidents().allSatisfy(\.isResolved))
    }

    @Test func `closing moves the whole log into the file`() async throws {
        try await node.create(ReportID(1))
        try node.journal.close()
        try FileManager.default.removeItem(atPath: node.journal.path + "-wal")
        try node.reopen()
        #expect(try await node.journal.report(ReportID(1)) != nil)
    }

    @Test func `a write after closing fails and does not trap`() async throws {
        try await node.create()
        try node.journal.close()
        await #expect(throws: JournalError.self) { try await node.create() }
        #expect(node.journal.failure != nil)
    }

    /// Whether another process can take the lock.
    private static func canLock(_ directory: String) throws -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--nonblock", directory + "/journal.lock", "true"]
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
