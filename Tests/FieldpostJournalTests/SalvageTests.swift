import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import Testing

@testable import FieldpostJournal

/// The reader of damaged files, with hostile input.
@Suite(.serialized) struct SalvageTests {
    /// A table's leaf page with one cell. Its record claims `bytes` bytes, and continues on the page `overflow`.
    private static func page(claiming bytes: Int, overflow: UInt32) -> [UInt8] {
        let blobType = 12 + 2 * bytes
        let types = [0, 1, 76, 76] + Self.varint(blobType) + [0]
        let recordBytes = 1 + types.count + 1 + 64 + bytes
        let cell =
            Self.varint(recordBytes) + [0x81, 0x80, 0x80, 0x80, 0x80, 0x05] + [UInt8(1 + types.count)].map(Int.init)
            + types
        var page = [UInt8](repeating: 0xee, count: 4096)
        page[0] = 0x0d
        var offset = 100
        // As many cells as fit, each with all that it could have in the page.
        while offset + 600 < page.count {
            page.replaceSubrange(offset..<offset + cell.count, with: cell.map { UInt8($0) })
            offset += 489 + 20
        }
        for start in stride(from: 0, to: 4092, by: 4) where page[start..<start + 4] == [0xee, 0xee, 0xee, 0xee] {
            page.replaceSubrange(start..<start + 4, with: withUnsafeBytes(of: overflow.bigEndian) { Array($0) })
        }
        return page
    }

    private static func varint(_ number: Int) -> [Int] {
        var groups = [number & 0x7f]
        var rest = number >> 7
        while rest > 0 {
            groups.insert(rest & 0x7f | 0x80, at: 0)
            rest >>= 7
        }
        return groups
    }

    private func findings(of database: [UInt8], log: [UInt8]? = nil) throws -> SalvageFindings {
        let directory = try DamageBench.Files(database: database, log: log).written()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        return try Journal.examine(directory: directory, node: DamageBench.node, codec: EntryCodec())
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `nothing is found in noise, and noise never traps`(seed: UInt64) throws {
        var random = Seeded(seed)
        // Many of the numbers that records are made of.
        let likely: [UInt8] = [0, 1, 6, 7, 8, 9, 12, 13, 44, 76, 76, 76, 0x0d, 0x7f, 0x80, 0x81, 0xff]
        let noise = (0..<40 * 4096 + 17).map { _ in
            Bool.random(using: &random)
                ? likely.randomElement(using: &random) ?? 0 : .random(in: .min ... .max, using: &random)
        }
        #expect(try findings(of: noise, log: noise.reversed()).entries == 0)
        var log = noise
        log.replaceSubrange(0..<12, with: [0x37, 0x7f, 0x06, 0x82, 0, 0x2d, 0xe2, 0x18, 0, 0, 0x10, 0])
        #expect(try findings(of: [], log: log).entries == 0)
    }

    @Test func `a cell is found where it is, and nowhere else`() throws {
        let cells = EntryCell.all(in: Self.page(claiming: 100_000, overflow: 2))
        #expect(cells.count == 5)
        #expect(cells.allSatisfy { $0.recordBytes == 100_074 && $0.localBytes < 4096 && $0.rowID == 1 << 35 | 5 })
        #expect(EntryCell.all(in: [UInt8](repeating: 76, count: 4096)).isEmpty)
        #expect(EntryCell.all(in: []).isEmpty)
    }

    @Test func `overflow pages in a circle, out of the file, or beyond every limit end`() throws {
        let claims = [4_000, 5_000, 100_000, Limits.entryBytes, Limits.entryBytes + 1, 1 << 30]
        let pages = claims.flatMap { claim in
            [1, 2, 3, 9_999_999, .max].map { Self.page(claiming: claim, overflow: $0) }
        }
        #expect(try findings(of: Array(pages.joined())).entries == 0)
    }

    @Test(
        .disabled(
            if: ProcessInfo.processInfo.environment["FIELDPOST_TEST_SANITIZER"] != nil,
            "a sanitizer takes memory of its own"))
    func `memory stays small whatever the size of the files`() throws {
        let directory = try TestNode.makeDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/journal.sqlite"
        var content = Data(Self.page(claiming: Limits.entryBytes, overflow: 1).prefix(4096))
        content.append(Data(count: 8 * 1024 * 1024))
        try content.write(to: URL(fileURLWithPath: path))
        try Data(content).write(to: URL(fileURLWithPath: path + "-wal"))
        content = Data()
        var least = Int.max
        // Tests that run at the same time take memory too, so the least growth of several tries counts.
        for _ in 0..<3 where least > 6 * 1024 * 1024 {
            try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
            let before = try Self.highWater()
            _ = try Journal.examine(directory: directory, node: DamageBench.node, codec: EntryCodec())
            least = min(least, try Self.highWater() - before)
        }
        #expect(least <= 6 * 1024 * 1024, "\(least) bytes")
    }

    private static func highWater() throws -> Int {
        let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1024
    }
}
