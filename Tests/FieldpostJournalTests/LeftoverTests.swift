import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// The files that a crash can leave beside a journal, at each step of making it, its lease, its reserve and its repair.
/// The next start continues from each of them.
struct LeftoverTests {
    struct Crash: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// The extra files in the directory of a closed, filled journal.
        let leave: @Sendable (_ files: JournalFiles) throws -> Void
        /// The file that the next start removes.
        var gone: String?
        /// The start is refused, and a repair is needed.
        var needsRepair = false
    }

    private static func write(_ count: Int, _ path: String) throws {
        try Data(count: count).write(to: URL(filePath: path))
    }

    static let crashes: [Crash] = [
        Crash(testDescription: "a repair's draft, half written", leave: { try write(5000, $0.draft) }, gone: ".new"),
        Crash(
            testDescription: "a repair's draft with its own journal",
            leave: { files in
                try write(5000, files.draft)
                try write(512, files.draft + "-journal")
            }, gone: ".new-journal"),
        Crash(
            testDescription: "a repair that had given the log alone its second name",
            leave: { files in
                try write(32, files.log)
                try FileManager.default.linkItem(atPath: files.log, toPath: files.database + ".damaged-x-wal")
            }),
        Crash(
            testDescription: "a repair that had given both their second names",
            leave: { files in
                try FileManager.default.copyItem(atPath: files.database, toPath: files.draft)
                try FileManager.default.linkItem(atPath: files.database, toPath: files.database + ".damaged-x")
            }, gone: ".new"),
        Crash(
            testDescription: "a repair that had set the database aside",
            leave: { files in
                try FileManager.default.copyItem(atPath: files.database, toPath: files.draft)
                _ = try files.setDamagedAside(moment: "x")
            }, gone: ".new", needsRepair: true),
        Crash(
            testDescription: "a lock of a process that is gone",
            leave: { try Data("1\n".utf8).write(to: URL(filePath: $0.lock)) }),
        Crash(testDescription: "a lock that was emptied", leave: { try write(0, $0.lock) }),
        Crash(
            testDescription: "a lease of which the older slot is torn",
            leave: { files in
                var lease = try Data(contentsOf: URL(filePath: files.lease))
                let newest = Int((Lease(file: Array(lease))?.turn ?? 0) % 2) * Lease.slotBytes
                lease[Lease.slotBytes - newest + 40] ^= 1
                try lease.write(to: URL(filePath: files.lease))
            }),
        Crash(
            testDescription: "a reserve without its room", leave: { try write(0, $0.directory + "/journal.reserve") }),
        Crash(
            testDescription: "a reserve of half its size", leave: { try write(4096, $0.directory + "/journal.reserve") }
        ),
    ]

    @Test(arguments: crashes) func `a start continues from what a crash left`(crash: Crash) async throws {
        let node = try await TestNode.filled(1)
        let digest = try await node.journal.digest()
        try node.journal.close()
        let files = JournalFiles(directory: node.directory)
        try crash.leave(files)
        if crash.needsRepair {
            #expect(throws: JournalError.self) { try node.reopen() }
            _ = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        }
        try node.reopen()
        // A repair saves everything that has bodies.
        #expect(try await node.journal.digest() == digest || crash.needsRepair)
        if let gone = crash.gone { #expect(JournalFiles.size(files.database + gone) == nil) }
        #expect(JournalFiles.size(node.directory + "/journal.reserve") ?? 0 == Int64(Limits.reserveBytes))
        try await node.create(ReportID(99))
    }

    /// A first start that was interrupted: there is no journal yet.
    @Test(arguments: ["", "half", "lock"]) func `a first start continues from an interrupted one`(left: String) throws {
        let directory = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let files = JournalFiles(directory: directory)
        switch left {
        case "half": try Self.write(5000, files.draft)
        case "lock": try Data("1\n".utf8).write(to: URL(filePath: files.lock))
        default: try Self.write(0, files.draft)
        }
        let journal = try Journal(
            directory: directory, node: NodeID(publicKey: [1]), role: .gateway, codec: EntryCodec())
        try journal.close()
        #expect(JournalFiles.size(files.draft) == nil)
    }

    /// Between the creation of the database and its first lease, and within the write of that lease.
    @Test(arguments: [0, 300, 512, 700]) func `a torn first lease causes no new incarnation`(bytes: Int)
        async throws
    {
        let node = try TestNode(1)
        let origin = node.journal.origin
        // As at the moment before the journal stores that it has a lease.
        try await node.journal.pool.writeWithoutTransaction { try $0.execute(sql: "UPDATE identity SET leased = 0") }
        try node.journal.close()
        let lease = URL(filePath: node.directory + "/journal.lease")
        try Data(contentsOf: lease).prefix(bytes).write(to: lease)
        try node.reopen()
        #expect(node.journal.origin == origin)
        #expect(try await node.journal.incidents().isEmpty)
    }
}
