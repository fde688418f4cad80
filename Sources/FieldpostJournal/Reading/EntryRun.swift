import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension Database {
    /// Returns the entries of an origin after `seq`, up to the limit, but at least one if there is one. Returns nil if
    /// there is none. A corrupt entry is sent by its hash. If not even its hash can be proved, the run ends before it.
    /// If it is the first of the run, throws `.broken`.
    func run(of row: OriginRow, after seq: UInt64, limit: RunLimit) throws -> EntryRun? {
        guard seq < Limits.seq, seq < row.head, let before = try chain(of: row, at: seq) else { return nil }
        let statement = try cachedStatement(
            sql: "SELECT place, hash, bytes, chain FROM entries WHERE place > ? AND place <= ? ORDER BY place LIMIT ?")
        let cursor = try Row.fetchCursor(
            statement,
            arguments: [
                Place(origin: row.number, seq: seq).rowID, Place(origin: row.number, seq: row.head).rowID,
                limit.entries,
            ])
        var chain = before
        var entries: [PackedEntry] = []
        var corrupt: [UInt64] = []
        var bytes = 0
        while let next = try cursor.next() {
            let entry = EntryRow(next)
            let stored = next.blob("chain").flatMap { Hash256(bytes: $0) }
            guard entry.place.seq == seq + UInt64(entries.count) + 1,
                let (packed, link) = try packed(entry, of: row, after: chain, stored: stored)
            else {
                if entries.isEmpty { throw JournalError.broken(row.origin, seq: seq + 1) }
                break
            }
            if !entries.isEmpty, bytes + entry.bytes.count > limit.bytes { break }
            chain = link
            if case .withheld = packed, !entry.bytes.isEmpty { corrupt.append(entry.place.seq) }
            entries.append(packed)
            bytes += entry.bytes.count
        }
        // The head says that these entries exist, so one of them cannot be read.
        if entries.isEmpty { throw JournalError.broken(row.origin, seq: seq + 1) }
        return EntryRun(
            origin: row.origin, firstSeq: seq + 1, lastSeq: seq + UInt64(entries.count), chainBefore: before,
            chainAfter: chain, entries: entries, corrupt: corrupt)
    }

    /// Packs an entry for a peer. `before` is the chain value of the previous entry: see `EntryRow.packed`.
    func packed(
        _ entry: EntryRow, of row: OriginRow, after before: Hash256, stored: Hash256?
    ) throws -> (entry: PackedEntry, chain: Hash256)? {
        if let packed = entry.packed(after: before, chain: stored) { return packed }
        // For an entry without bytes, the chain value may be corrupt instead of the hash.
        guard entry.bytes.isEmpty, let hash = entry.hash, case let link = Chain.link(before, hash),
            try settledChain(of: row, entry, stored: stored, after: before) == link
        else { return nil }
        return (.withheld(hash), link)
    }

    /// Returns H(seq) of an origin. Returns nil if it is not held. If the stored value is corrupt, the neighbors prove
    /// the right one.
    func chain(of row: OriginRow, at seq: UInt64) throws -> Hash256? {
        if seq == row.head { return row.chain }
        if seq > Limits.seq { return nil }
        if seq == 0 { return Chain.start(of: row.origin) }
        let statement = try cachedStatement(
            sql: "SELECT place, hash, bytes, chain FROM entries WHERE place BETWEEN ? AND ? ORDER BY place")
        let rows = try Row.fetchAll(
            statement,
            arguments: [
                Place(origin: row.number, seq: seq - 1).rowID,
                Place(origin: row.number, seq: min(seq + 1, Limits.seq)).rowID,
            ]
        ).map { (entry: EntryRow($0), chain: ($0.blob("chain")).flatMap { Hash256(bytes: $0) }) }
        guard let found = rows.first(where: { $0.entry.place.seq == seq }) else { return nil }
        let before = seq == 1 ? Chain.start(of: row.origin) : rows.first { $0.entry.place.seq == seq - 1 }?.chain
        let proved = try before.flatMap { try packed(found.entry, of: row, after: $0, stored: found.chain)?.chain }
        guard proved != found.chain, let proved, seq <= row.head else { return found.chain }
        // Either this value is corrupt, or the one before. The next entry shows which.
        let next = rows.first { $0.entry.place.seq == seq + 1 }
        if let next, let stored = found.chain, next.entry.packed(after: stored, chain: next.chain)?.chain == next.chain
        {
            return stored
        }
        return proved
    }

    func holdsEntries(of row: OriginRow, beyond seq: UInt64) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE place > ? AND place <= ?)",
            arguments: [Place(origin: row.number, seq: seq).rowID, Place(origin: row.number, seq: Limits.seq).rowID])
            ?? false
    }

    func originRows() throws -> [OriginRow] {
        try Row.fetchAll(self, sql: "SELECT * FROM origins ORDER BY number").map { try OriginRow($0) }
    }

    /// The origins of a node, in order of their numbers.
    func originRows(of node: NodeID) throws -> [OriginRow] {
        let statement = try cachedStatement(sql: "SELECT * FROM origins WHERE node = ? ORDER BY number")
        return try Row.fetchAll(statement, arguments: [node.column]).map { try OriginRow($0) }
    }

    func originRow(number: Int64) throws -> OriginRow? {
        let statement = try cachedStatement(sql: "SELECT * FROM origins WHERE number = ?")
        return try Row.fetchOne(statement, arguments: [number]).map { try OriginRow($0) }
    }

    func originRow(_ origin: Origin) throws -> OriginRow? {
        let statement = try cachedStatement(sql: "SELECT * FROM origins WHERE node = ? AND incarnation = ?")
        return try Row.fetchOne(statement, arguments: [origin.node.column, origin.incarnation.column]).map {
            try OriginRow($0)
        }
    }
}
