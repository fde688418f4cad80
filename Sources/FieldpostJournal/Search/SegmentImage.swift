import FieldpostCore
import Foundation
import GRDB

/// A segment as it is to be written: what the tables have of it, with that in memory in the place of what changed.
struct SegmentImage: Sendable {
    let key: Int64
    let last: Int64
    private let pieces: [(last: UInt32, bytes: [UInt8])]
    private let times: [UInt32]

    /// Nil if the tables have it only in damaged form.
    init?(_ key: Int64, replacing segment: SearchIndex.Segment, _ db: Database) throws {
        self.key = key
        last = segment.last
        var times = [UInt32](repeating: 0, count: OffsetSet.count)
        var postings: [UInt64] = []
        if segment.stored > SearchIndex.before(key) {
            guard let stored = try SegmentTimes(key, db) else { return nil }
            times = stored.times
            let rows = try Row.fetchCursor(
                db, sql: "SELECT bytes FROM search_pieces WHERE key >= ? AND key < ? ORDER BY key",
                arguments: [key << 32, (key + 1) << 32])
            while let row = try rows.next() {
                guard let bytes = row.blob("bytes"),
                    bytes.withUnsafeBytes({ SearchPiece.read($0, into: &postings) })
                else { return nil }
            }
            let mask = UInt64(OffsetSet.count - 1)
            var changed = OffsetSet()
            for offset in segment.waiting.keys { changed.insert(offset) }
            postings.removeAll { changed.contains(Int($0 & mask)) }
        }
        let waiting = segment.waiting.sorted { $0.key < $1.key }
        postings.reserveCapacity(postings.count + waiting.reduce(0) { $0 + $1.value.document.terms.count })
        for (offset, waiting) in waiting {
            times[offset] = waiting.document.time
            for term in waiting.document.terms { postings.append(SearchPiece.posting(term, offset)) }
        }
        SearchPiece.sort(&postings)
        pieces = SearchPiece.encode(postings)
        self.times = times
    }

    func write(to db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM search_pieces WHERE key >= ? AND key < ?")
            .execute(arguments: [key << 32, (key + 1) << 32])
        let insert = try db.raw("INSERT INTO search_pieces (key, bytes) VALUES (?, ?)")
        for piece in pieces {
            insert.bind(key << 32 | Int64(piece.last), at: 1)
            insert.bind(piece.bytes, at: 2)
            try insert.run()
        }
        let known = times.filter { $0 > 0 }
        let bytes = times.reduce(into: Data(capacity: times.count * 4)) { bytes, time in
            withUnsafeBytes(of: time.littleEndian) { bytes.append(contentsOf: $0) }
        }
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO search_segments (segment, last, earliest, latest, times) VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [key, last, Int64(known.min() ?? 0), Int64(known.max() ?? 0), bytes])
    }
}

/// When the reports of a segment were captured.
struct SegmentTimes {
    let earliest: Int64
    let latest: Int64
    private let bytes: Data

    /// Nil if the tables do not have it, or in damaged form.
    init?(_ key: Int64, _ db: Database) throws {
        let select = try db.cachedStatement(
            sql: "SELECT earliest, latest, times FROM search_segments WHERE segment = ?")
        guard let row = try Row.fetchOne(select, arguments: [key]), let earliest = row.integer("earliest"),
            let latest = row.integer("latest"), let bytes = row.blob("times"), bytes.count == OffsetSet.count * 4
        else { return nil }
        (self.earliest, self.latest, self.bytes) = (earliest, latest, bytes)
    }

    /// From the first to the last moment of a segment: 0...0 if none is known. Nil as above.
    static func span(of key: Int64, _ db: Database) throws -> ClosedRange<UInt32>? {
        let select = try db.cachedStatement(sql: "SELECT earliest, latest FROM search_segments WHERE segment = ?")
        guard let row = try Row.fetchOne(select, arguments: [key]),
            let earliest = row.integer("earliest").flatMap({ UInt32(exactly: $0) }),
            let latest = row.integer("latest").flatMap({ UInt32(exactly: $0) }), earliest <= latest
        else { return nil }
        return earliest...latest
    }

    var times: [UInt32] {
        bytes.withUnsafeBytes { bytes in
            (0..<OffsetSet.count).map {
                UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
            }
        }
    }

    /// The reports captured in a range.
    func offsets(in range: ClosedRange<UInt32>) -> OffsetSet {
        var set = OffsetSet()
        guard Int64(range.lowerBound) <= latest, Int64(range.upperBound) >= earliest else { return set }
        for (offset, time) in times.enumerated() where time > 0 && range.contains(time) { set.insert(offset) }
        return set
    }
}
