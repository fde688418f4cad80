import Foundation
import GRDB
import TestKit

/// One bit of a file, turned over.
struct BitFlip: Sendable, CustomStringConvertible {
    let byte: Int
    let bit: Int
    /// What kind of page it lies in.
    let place: String

    var description: String { "bit \(bit) of byte \(byte) (\(place))" }

    func apply(to file: String) throws {
        let handle = try FileHandle(forUpdating: URL(filePath: file))
        try handle.seek(toOffset: UInt64(byte))
        guard let old = try handle.read(upToCount: 1)?.first else {
            throw Tool.Failure(description: "\(file) has no byte \(byte)")
        }
        try handle.seek(toOffset: UInt64(byte))
        try handle.write(contentsOf: [old ^ (1 << bit)])
        try handle.close()
    }

    /// The lowest bit of the byte behind each place in the file where a text stands.
    static func behind(_ text: String, in file: String) throws -> [BitFlip] {
        let data = try Data(contentsOf: URL(filePath: file))
        var flips: [BitFlip] = []
        var start = data.startIndex
        while let found = data.range(of: Data(text.utf8), in: start..<data.endIndex) {
            flips.append(BitFlip(byte: found.upperBound, bit: 0, place: "a text"))
            start = found.upperBound
        }
        return flips
    }
}

/// The pages of a database file by what they hold: a table or index, and the kind of page.
struct PageClasses: Sendable {
    private static let pageBytes = 4096

    /// The numbers of pages, from 1, by class.
    private let pages: [String: [Int]]
    private let names: [String]
    private let file: String

    init(file: String) throws {
        self.file = file
        let queue = try DatabaseQueue(path: file)
        defer { try? queue.close() }
        let rows = try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT name, pagetype, pageno FROM dbstat").map { row in
                ("\(row["name"] as String), \(row["pagetype"] as String)", row["pageno"] as Int)
            }
        }
        pages = Dictionary(grouping: rows, by: \.0).mapValues { $0.map(\.1) }
        names = pages.keys.sorted()
    }

    /// Brings all of a database's log into its file, and takes the log away.
    static func fold(_ file: String) throws {
        let queue = try DatabaseQueue(path: file)
        _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try queue.close()
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: file + suffix) }
    }

    /// A random bit of a random page of one class; `number` goes through the classes, and through the file's header.
    /// Mostly where something is written: half of a page may be free.
    func flip(_ number: Int) throws -> BitFlip {
        let index = number % (names.count + 1)
        guard index < names.count, let page = pages[names[index]]?.randomElement() else {
            return BitFlip(byte: .random(in: 0..<100), bit: .random(in: 0..<8), place: "the header")
        }
        let handle = try FileHandle(forReadingFrom: URL(filePath: file))
        defer { try? handle.close() }
        try handle.seek(toOffset: UInt64((page - 1) * Self.pageBytes))
        let content = [UInt8](try handle.read(upToCount: Self.pageBytes) ?? Data())
        let written = content.indices.filter { content[$0] != 0 }
        let offset = (Int.random(in: 0..<8) > 0 ? written.randomElement() : nil) ?? Int.random(in: 0..<Self.pageBytes)
        let byte = (page - 1) * Self.pageBytes + offset
        return BitFlip(byte: byte, bit: .random(in: 0..<8), place: names[index])
    }
}
