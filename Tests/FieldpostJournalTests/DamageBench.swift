import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB

@testable import FieldpostJournal

/// A gateway's journal as a power cut leaves it, with a part of it only in the log. Tests damage copies of it.
struct DamageBench: Sendable {
    static let node = NodeID(publicKey: [1])

    /// The same with one bit flipped, in hexadecimal digits.
    static var spoiledNode: String {
        var bytes = node.bytes
        bytes[20] ^= 4
        return NodeID(bytes: bytes)?.description ?? ""
    }

    /// The contents of the files.
    struct Files: Sendable {
        var database: [UInt8]
        var log: [UInt8]?

        /// A new directory with these files in it.
        func written() throws -> String {
            let directory = try TestNode.makeDirectory()
            try Data(database).write(to: URL(fileURLWithPath: directory + "/journal.sqlite"))
            if let log { try Data(log).write(to: URL(fileURLWithPath: directory + "/journal.sqlite-wal")) }
            return directory
        }
    }

    let files: Files
    /// All entries of the journal, by id.
    let entries: [EntryID: SealedEntry]
    /// The first page of each kind that each table and index has, by name and kind. Page numbers start at 1.
    let pageClasses: [(name: String, page: Int)]
    /// The entries of which each page, and each frame's page, holds a part.
    private let databasePages: [Set<EntryID>]
    private let logPages: [Set<EntryID>]

    /// Made once: 300 reports of this node with edits, some of them large, and reports of a central node.
    static let shared = Task { try await DamageBench() }

    private init() async throws {
        let bench = try TestNode(1)
        var made = try await Self.write(0..<150, at: bench.journal)
        let feed = (1...80).map { number in
            Samples.sealed(Dot(Samples.origin(9), UInt64(number * 2)), report: ReportID(UInt128(5000 + number)))
        }
        let cursor = FeedCursor(incarnation: Incarnation(9), position: 80)
        _ = try await bench.journal.absorb(feed, from: NodeID(publicKey: [9]), upTo: cursor)
        try await bench.journal.pool.writeWithoutTransaction { _ = try $0.checkpoint(.passive) }
        made += try await Self.write(150..<300, at: bench.journal) + feed
        pageClasses = try await bench.journal.pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT name || ' ' || pagetype AS name, max(pageno) AS page FROM dbstat GROUP BY 1"
            ).map { ($0["name"], $0["page"]) }
        }
        files = Files(
            database: try Self.bytes(bench.journal.path), log: try Self.bytes(bench.journal.path + "-wal"))
        entries = Dictionary(made.compactMap { sealed in sealed.entry.map { ($0.id, sealed) } }) { $1 }
        let parts = Self.parts(of: entries)
        databasePages = Self.pages(of: files.database, from: 0, stride: 4096).map { Self.holders(in: $0, parts) }
        logPages = Self.pages(of: files.log ?? [], from: 32, stride: 4120).map { Self.holders(in: $0, parts) }
    }

    /// Reports, some with edits, some so large that they need overflow pages, about thirty commits at once.
    private static func write(_ numbers: Range<Int>, at journal: Journal) async throws -> [SealedEntry] {
        var made: [SealedEntry] = []
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 30) {
            made += try await withThrowingTaskGroup(of: [Committed].self) { group in
                for number in start..<min(start + 30, numbers.upperBound) {
                    group.addTask {
                        var random = Seeded(UInt64(number))
                        let large = (0..<(number % 25 == 7 ? 900 : 0)).map { _ in String(random.next()) }.joined()
                        let report = ReportID(UInt128(1000 + number))
                        let text = Change(fields: [.text: .text("report \(number) \(large)")])
                        let created = try await journal.append(Samples.draft(.create, report, change: text))
                        guard number % 3 == 0 else { return [created] }
                        return [created, try await journal.append(Samples.draft(.edit, report))]
                    }
                }
                return try await group.reduce(into: []) { $0 += $1.map(Self.sealed) }
            }
        }
        return made
    }

    private static func sealed(_ committed: Committed) -> SealedEntry {
        EntryCodec().open(EntryCodec().encode(committed.entry), at: committed.entry.dot)
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    // MARK: Entries that a damage touched

    /// The entries of which no changed page, of the database or of the log, holds a part.
    func untouched(by damaged: Files) -> [EntryID: SealedEntry] {
        var touched: Set<EntryID> = []
        for (page, holders) in databasePages.enumerated()
        where Self.differ(files.database, damaged.database, page * 4096, 4096) {
            touched.formUnion(holders)
        }
        for (frame, holders) in logPages.enumerated()
        where Self.differ(files.log ?? [], damaged.log ?? [], 32 + frame * 4120, 4120) {
            touched.formUnion(holders)
        }
        return entries.filter { !touched.contains($0.key) }
    }

    private static func differ(_ one: [UInt8], _ other: [UInt8], _ start: Int, _ count: Int) -> Bool {
        guard min(one.count, other.count) >= start + count else { return true }
        return one.withUnsafeBytes { one in
            other.withUnsafeBytes { other in
                guard let one = one.baseAddress, let other = other.baseAddress else { return true }
                return memcmp(one + start, other + start, count) != 0
            }
        }
    }

    private static func pages(of file: [UInt8], from: Int, stride step: Int) -> [[UInt8]] {
        stride(from: from, to: file.count, by: step).map { Array(file[$0..<min($0 + step, file.count)].suffix(4096)) }
    }

    /// Eight bytes of an entry's hash or bytes. They show that a page holds a part of the entry.
    private static func parts(of entries: [EntryID: SealedEntry]) -> [UInt64: EntryID] {
        var parts: [UInt64: EntryID] = [:]
        for (id, entry) in entries {
            parts[word(entry.hash.bytes, 0)] = id
            guard entry.bytes.count > 4000 else { continue }
            for offset in 0..<entry.bytes.count - 7 { parts[word(entry.bytes, offset)] = id }
        }
        return parts
    }

    private static func holders(in page: [UInt8], _ parts: [UInt64: EntryID]) -> Set<EntryID> {
        Set((0..<max(0, page.count - 7)).compactMap { parts[word(page, $0)] })
    }

    private static func word(_ bytes: [UInt8], _ offset: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
    }
}
