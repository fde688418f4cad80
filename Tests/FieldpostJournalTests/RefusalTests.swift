import FaultDisk
import FieldpostCore
import FieldpostStore
import FieldpostWire
import FilledJournal
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Each reason for which a journal refuses to open, and what to do then.
struct RefusalTests {
    /// A sound journal of this node and role, and the change that stops it.
    struct Reason: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let spoil: @Sendable (_ directory: String) throws -> Void

        init(_ name: String, _ spoil: @escaping @Sendable (_ directory: String) throws -> Void) {
            testDescription = name
            self.spoil = spoil
        }

        /// A refusal caused by changed bytes of the database file.
        static func bytes(_ name: String, _ change: @escaping @Sendable (inout Data) -> Void) -> Reason {
            Reason(name) { directory in
                let file = URL(fileURLWithPath: directory + "/journal.sqlite")
                var bytes = try Data(contentsOf: file)
                change(&bytes)
                try bytes.write(to: file)
            }
        }

        static func sql(_ name: String, _ text: String) -> Reason {
            Reason(name) { directory in
                let queue = try DatabaseQueue(path: directory + "/journal.sqlite")
                try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + text) }
                try queue.close()
            }
        }
    }

    static let damages: [Reason] = [
        Reason("the database is gone") { directory in
            try FileManager.default.removeItem(atPath: directory + "/journal.sqlite")
        },
        .bytes("an empty file") { $0 = Data() },
        .bytes("other first bytes") { $0.replaceSubrange(0..<16, with: Data(count: 16)) },
        .bytes("pages of another size") { $0[16] = 0x20 },
        .bytes("no write-ahead log") { ($0[18], $0[19]) = (1, 1) },
        .bytes("an unknown format") { $0[47] = 9 },
        .bytes("another program's mark") { $0[68] = 0x7F },
        .bytes("half of the file") { $0 = $0.prefix($0.count / 2 / 4096 * 4096) },
        .bytes("a page of zeros") { $0.replaceSubrange(3 * 4096..<4 * 4096, with: Data(count: 4096)) },
        .sql("a table that is gone", "DROP TABLE grids"),
        .sql("an index that is gone", "DROP INDEX entries_by_report"),
        .sql(
            "a table of another form",
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = replace(sql, 'head', 'heed') WHERE name = 'origins'
            """
        ),
        .sql("a list of versions that is empty", "DELETE FROM grdb_migrations"),
        .sql("a version that nobody can have", "UPDATE grdb_migrations SET identifier = x'00' WHERE rowid = 2"),
        .sql("no identity", "DELETE FROM identity"),
        .sql("an identity of a few other bits", "UPDATE identity SET node = CAST(x'00' || substr(node, 2) AS BLOB)"),
        .sql(
            "an origin that its entries do not tell",
            """
            UPDATE entries SET bytes = zeroblob(length(bytes)) WHERE place >> 40 = 1;
            UPDATE origins SET node = x'00' WHERE number = 1
            """),
        Reason("a log that is spoiled before its end") { directory in
            // A log of three commits, with a damaged second one, beside its database.
            let (live, copy) = (directory + "/live.sqlite", directory + "/journal.sqlite")
            try FileManager.default.copyItem(atPath: copy, toPath: live)
            let queue = try DatabaseQueue(path: live)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                for number in 1...4 {
                    try db.execute(sql: "UPDATE retention SET running_time = running_time + ?", arguments: [number])
                }
                try FileManager.default.removeItem(atPath: copy)
                try FileManager.default.copyItem(atPath: live, toPath: copy)
                try? FileManager.default.removeItem(atPath: copy + "-wal")
                try FileManager.default.copyItem(atPath: live + "-wal", toPath: copy + "-wal")
            }
            try queue.close()
            for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: live + suffix) }
            let log = URL(fileURLWithPath: copy + "-wal")
            var bytes = try Data(contentsOf: log)
            bytes[32 + 4120 + 2000] ^= 1
            try bytes.write(to: log)
        },
        Reason("a log without its header") { directory in
            var log = Data(count: 32 + 4120)
            log[40] = 7
            try log.write(to: URL(fileURLWithPath: directory + "/journal.sqlite-wal"))
        },
    ]

    @Test(arguments: [Role.gateway, .central], damages)
    func `a repair agrees on what is damaged, and saves what can be read`(
        role: Role, damage: Reason
    ) async throws {
        let node = try await TestNode.filled(1, role)
        let entries = try await node.journal.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM entries WHERE length(bytes) > 0") ?? 0
        }
        try node.journal.close()
        try PageFold.fold(node.journal.path)
        try damage.spoil(node.directory)
        // As after a kill: all pages are read at the start.
        try Data("1\n".utf8).write(to: URL(fileURLWithPath: node.directory + "/journal.lock"))
        let refusal = #expect(throws: JournalError.self) { try node.reopen() }
        guard case .damaged(_, let reason) = refusal else {
            Issue.record("\(String(describing: refusal)) is not .damaged")
            return
        }
        #expect(refusal?.description.contains("`fieldpost repair`") == true)
        let inspected = #expect(throws: JournalError.self, "a repair calls it sound: \(reason)") {
            try Journal.inspect(directory: node.directory, node: node.id, codec: EntryCodec())
        }
        guard case .damaged = inspected else {
            Issue.record("\(String(describing: inspected)) is not .damaged")
            return
        }
        let rebuilt = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        try node.reopen()
        #expect(node.journal.doubts.isEmpty && node.journal.failure == nil)
        try await node.create(ReportID(77))
        // The rest of the file shows how much.
        let isGone = ["the database is gone", "an empty file", "half of the file"].contains(damage.testDescription)
        #expect(
            isGone || rebuilt.kept + rebuilt.moved >= entries / 3, "\(rebuilt.kept) and \(rebuilt.moved) of \(entries)")
    }

    @Test func `a rebuild of a sound journal keeps all of it`() async throws {
        let node = try await TestNode.filled(1, .central)
        let digest = try await node.journal.digest()
        try node.journal.close()
        _ = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        try node.reopen()
        #expect(try await node.journal.digest() == digest)
    }

    @Test func `the right key, role and version open what the wrong ones may not`() async throws {
        let node = try await TestNode.filled(1, .central)
        let digest = try await node.journal.digest()
        let path = node.journal.path
        try node.journal.close()
        func refusal(of node: NodeID, _ role: Role, _ directory: String) -> JournalError? {
            do {
                try Journal(directory: directory, node: node, role: role, codec: EntryCodec()).close()
                return nil
            } catch {
                return error
            }
        }
        for refused in [
            refusal(of: NodeID(publicKey: [2]), .central, node.directory),
            refusal(of: node.id, .gateway, node.directory),
        ] {
            guard case .foreign(let text) = refused else {
                Issue.record("\(String(describing: refused)) is not .foreign")
                return
            }
            #expect(text.contains("Nothing was changed"))
        }
        let queue = try DatabaseQueue(path: path)
        try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 from the future')") }
        guard case .foreign(let text) = refusal(of: node.id, .central, node.directory) else {
            Issue.record("a newer version's journal was opened")
            return
        }
        #expect(text.contains("Install that version"))
        // For that version it is its own journal.
        try await queue.write { try $0.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '99%'") }
        try queue.close()
        try node.reopen()
        #expect(try await node.journal.digest() == digest)
    }

    @Test func `a start on a full disk frees the reserve, and continues`() async throws {
        let disk = FaultDisk(seed: 3, capacityBytes: 128 * 1024 * 1024)
        let station = try Station(1, on: disk)
        try await station.create(ReportID(1))
        try station.journal.keepReserve()
        #expect(disk.size(of: "journal.reserve") == Limits.reserveBytes)
        try station.journal.close()
        // It must write the incident about its restore.
        disk.place(nil, as: "journal.lease")
        disk.kill()
        disk.capacityBytes = disk.usedBytes
        try station.reopen()
        #expect(disk.size(of: "journal.reserve") == nil)
        #expect(try await station.journal.incidents().count == 1)
        #expect(try await station.journal.report(ReportID(1)) != nil)
        #expect(station.journal.failure == nil)
    }
}

/// Moves the whole log into its database.
private enum PageFold {
    static func fold(_ path: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try queue.close()
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}
