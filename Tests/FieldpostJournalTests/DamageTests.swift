import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Damaged files: they are refused or read, and never replaced by a new journal. Also what a repair saves from them.
@Suite(.serialized) struct DamageTests {
    typealias Files = DamageBench.Files

    @Test func `a journal left by a power cut is sound, and a repair of it loses and doubles nothing`() async throws {
        let bench = try await DamageBench.shared.value
        try await expectOpening(bench.files, of: bench, mayRefuse: false)
        let rebuilt = try await expectRepair(bench.files, of: bench)
        #expect(rebuilt.kept == bench.entries.count && rebuilt.moved == 0)
        #expect(rebuilt.findings.corrupt == 0)
    }

    @Test(arguments: [16, 100, 512, 4096])
    func `a zeroed header is refused, and the rest is read without it`(count: Int) async throws {
        let bench = try await DamageBench.shared.value
        var files = bench.files
        files.database.replaceSubrange(0..<count, with: [UInt8](repeating: 0, count: count))
        try await expectOpening(files, of: bench, mustRefuse: true)
        try await expectRepair(files, of: bench)
    }

    @Test func `a file cut short anywhere is refused, or completed from its log`() async throws {
        let bench = try await DamageBench.shared.value
        let count = bench.files.database.count
        for cut in [0, 1, 99, 100, 4095, 4096] + (1..<8).map({ count * $0 / 8 / 512 * 512 }) + [
            count - 4096, count - 1,
        ] {
            var files = bench.files
            files.database = Array(files.database.prefix(cut))
            try await expectOpening(files, of: bench, mustRefuse: cut < 100)
            try await expectRepair(files, of: bench)
        }
    }

    @Test func `a file cut short without a log that completes it is refused`() async throws {
        let bench = try await DamageBench.shared.value
        var files = Files(database: Array(bench.files.database.dropLast(4096)), log: nil)
        try await expectOpening(files, of: bench, mustRefuse: true)
        files.log = []
        try await expectOpening(files, of: bench, mustRefuse: true)
    }

    @Test func `a log that is cut short or missing costs only what it alone held`() async throws {
        let bench = try await DamageBench.shared.value
        let log = try #require(bench.files.log)
        for cut in [0, 31, 32, 5000] + (1..<6).map({ log.count * $0 / 6 }) {
            try await expectRepair(Files(database: bench.files.database, log: Array(log.prefix(cut))), of: bench)
        }
        try await expectRepair(Files(database: bench.files.database, log: nil), of: bench)
    }

    @Test func `a log damaged before its end is refused: SQLite would skip its later commits`() async throws {
        let bench = try await DamageBench.shared.value
        for offset in [0, 9, 32 + 5, 32 + 4120 * 3 + 1000] {
            var files = bench.files
            files.log?[offset] ^= 0x10
            try await expectOpening(files, of: bench, mustRefuse: true)
            try await expectRepair(files, of: bench)
        }
    }

    @Test func `the log alone gives back what it holds`() async throws {
        let bench = try await DamageBench.shared.value
        try await expectRepair(Files(database: [], log: bench.files.log), of: bench)
    }

    @Test func `a page of each kind may be overwritten`() async throws {
        let bench = try await DamageBench.shared.value
        #expect(bench.pageClasses.count >= 15)
        var random = Seeded(4)
        for (_, page) in bench.pageClasses {
            var files = bench.files
            let garbage = (0..<4096).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            let start = (page - 1) * 4096
            if start < files.database.count { files.database.replaceSubrange(start..<start + 4096, with: garbage) }
            try await expectOpening(files, of: bench)
            try await expectRepair(files, of: bench)
        }
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `bits may flip anywhere`(seed: UInt64) async throws {
        let bench = try await DamageBench.shared.value
        var random = Seeded(seed)
        for trial in 0..<100 {
            var files = bench.files
            for _ in 0..<(trial % 3 == 0 ? 1 : 8) {
                if Bool.random(using: &random) {
                    files.database[Int.random(in: files.database.indices, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                } else if let log = files.log {
                    files.log?[Int.random(in: log.indices, using: &random)] ^=
                        1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            try await expectOpening(files, of: bench, isUnclean: trial % 2 == 0)
            if trial % 20 == 0 { try await expectRepair(files, of: bench) }
        }
    }

    @Test func `a journal of another node is refused, and not repaired`() async throws {
        let bench = try await DamageBench.shared.value
        let directory = try bench.files.written()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let other = NodeID(publicKey: [2])
        #expect(throws: JournalError.self) {
            try Journal(directory: directory, node: other, role: .gateway, codec: EntryCodec())
        }
        let error = #expect(throws: JournalError.self) {
            try Journal.rebuild(directory: directory, node: other, codec: EntryCodec())
        }
        guard case .foreign = error else {
            Issue.record("\(String(describing: error)) is not .foreign")
            return
        }
        let left = try Data(contentsOf: URL(fileURLWithPath: directory + "/journal.sqlite"))
        let isUnchanged = left == Data(bench.files.database)
        #expect(isUnchanged)
    }

    @Test(arguments: [
        "UPDATE identity SET node = x'\(DamageBench.spoiledNode)'",
        "UPDATE grdb_migrations SET identifier = '2 livet' WHERE identifier = '2 lives'",
        "UPDATE grdb_migrations SET identifier = x'ff' WHERE identifier = '2 lives'",
        "UPDATE sqlite_master SET name = x'ff' WHERE name = 'entries_by_report'",
        "DROP TABLE grdb_migrations",
    ])
    func `a damaged identity or list is damage, not another node's or a newer version's journal`(
        spoiling: String
    ) async throws {
        let bench = try TestNode(1)
        let created = try await bench.create()
        let error = #expect(throws: JournalError.self) {
            try bench.tamper { db in
                try db.execute(sql: "PRAGMA writable_schema = ON")
                try db.execute(sql: spoiling)
            }
        }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error)) is not .damaged")
            return
        }
        let rebuilt = try Journal.rebuild(directory: bench.directory, node: bench.id, codec: EntryCodec())
        #expect(rebuilt.kept == 1)
        try bench.reopen()
        #expect(try await bench.journal.report(created.entry.report)?.history.map(\.id) == [created.entry.id])
    }

    @Test(arguments: ["journal.sqlite-wal", "journal.lease", "journal.sqlite.damaged-20260101T000000Z"])
    func `no new database is made while a trace of a lost one exists`(trace: String) throws {
        let directory = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try Data("trace".utf8).write(to: URL(fileURLWithPath: directory + "/" + trace))
        let error = #expect(throws: JournalError.self) {
            try Journal(directory: directory, node: DamageBench.node, role: .gateway, codec: EntryCodec())
        }
        guard case .damaged = error else {
            Issue.record("\(String(describing: error)) is not .damaged")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: directory + "/journal.sqlite"))
        // An operator may decide that there is nothing to wait for.
        _ = try Journal.rebuild(directory: directory, node: DamageBench.node, codec: EntryCodec())
        try Journal(directory: directory, node: DamageBench.node, role: .gateway, codec: EntryCodec()).close()
    }

    // MARK: What must be true for every damage

    private func expectOpening(
        _ files: Files, of bench: DamageBench, isUnclean: Bool = true, mayRefuse: Bool = true,
        mustRefuse: Bool = false
    ) async throws {
        let directory = try files.written()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        // As after a crash: then all pages are read.
        if isUnclean { try Data("1\n".utf8).write(to: URL(fileURLWithPath: directory + "/journal.lock")) }
        do {
            let journal = try Journal(
                directory: directory, node: DamageBench.node, role: .gateway, codec: EntryCodec())
            #expect(!mustRefuse, "it was opened")
            // At no time are the first page of entries and all other pages damaged.
            let held = try await journal.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM entries") ?? 0 }
            #expect(held > 0, "it began empty")
            _ = try? await journal.reports(ReportQuery())
            _ = try? await journal.digest()
            _ = try? await journal.statistics()
            try? journal.close()
        } catch let error as JournalError {
            #expect(mayRefuse)
            switch error {
            case .damaged, .foreign: break
            default: Issue.record("refused with \(error)")
            }
            let left = try Data(contentsOf: URL(fileURLWithPath: directory + "/journal.sqlite"))
            let isUnchanged = left == Data(files.database)
            #expect(isUnchanged, "it was changed")
        } catch let error as DatabaseError {
            // The damaged page is not among those that opening reads.
            #expect(error.resultCode == .SQLITE_CORRUPT)
        }
    }

    @discardableResult
    private func expectRepair(_ files: Files, of bench: DamageBench) async throws -> Rebuilt {
        let directory = try files.written()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let rebuilt = try Journal.rebuild(directory: directory, node: DamageBench.node, codec: EntryCodec())
        let journal = try Journal(directory: directory, node: DamageBench.node, role: .gateway, codec: EntryCodec())
        #expect(journal.origin == rebuilt.origin)
        let all = try await journal.pool.read { db in try Self.entries(db) }
        // Besides the salvaged entries there is the incident about the repair.
        let held = all.filter { $0.entry?.kind != .incident }
        #expect(all.count == held.count + 1)
        let byID = Dictionary(grouping: held) { $0.entry?.id }
        #expect(byID[nil] == nil, "something unreadable was taken in")
        #expect(byID.values.allSatisfy { $0.count == 1 }, "something stands there twice")
        #expect(rebuilt.kept + rebuilt.moved == held.count)
        #expect(rebuilt.findings.entries == held.count)
        for (id, entry) in bench.untouched(by: files) {
            guard let copy = byID[id]?.first else {
                Issue.record("\(entry.dot) was sound and is lost")
                continue
            }
            if copy.dot.origin == rebuilt.origin {
                var moved = entry.entry
                moved?.dot = copy.dot
                moved?.previousSeq = copy.entry?.previousSeq ?? 0
                moved?.context = copy.entry?.context ?? VersionVector()
                #expect(copy.entry == moved)
            } else {
                #expect(copy.bytes == entry.bytes && copy.dot == entry.dot)
            }
        }
        let reports = Dictionary(grouping: held.compactMap(\.entry), by: \.report).map { Report(id: $0, folding: $1) }
        let digest = Report.digest(ofSorted: reports.sorted { $0.id < $1.id }.map { ($0.id, $0.digest) })
        #expect(try await journal.digest().digest == digest)
        #expect(try await journal.digest() == rebuilt.reports)
        let next = try await journal.append(Samples.draft(.create, .random()))
        #expect(next.entry.dot == Dot(rebuilt.origin, UInt64(all.count { $0.dot.origin == rebuilt.origin }) + 1))
        try journal.close()
        for path in rebuilt.setAside where path.hasSuffix("-wal") {
            let isKept = try Data(contentsOf: URL(fileURLWithPath: path)) == Data(files.log ?? [])
            #expect(isKept)
        }
        return rebuilt
    }

    private static func entries(_ db: Database) throws -> [SealedEntry] {
        let origins = Dictionary(uniqueKeysWithValues: try db.originRows().map { ($0.number, $0.origin) })
        return try Row.fetchAll(db, sql: "SELECT place, hash, bytes FROM entries").map {
            try EntryRow($0).open(codec: EntryCodec()) { origins[$0] }
        }
    }
}
