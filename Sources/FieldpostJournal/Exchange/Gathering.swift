import FieldpostCore
import Foundation
import GRDB

/// Entries that come one by one, each with gaps around it: of the feed, or called back from a peer.
extension WriteContext {
    /// Stores those that are not held whole, and moves the heads over gaps that they close. Returns how many were new
    /// or healed. An entry that differs from a sound one at the same dot is kept among the orphans: somebody issued
    /// the dot twice.
    mutating func gather(_ entries: [SealedEntry]) throws -> Int {
        try giveWay(to: entries)
        var arrivals: [Arrival] = []
        var places: Set<Place> = []
        var touched: Set<Origin> = []
        for entry in entries {
            guard entry.dot.seq > 0, entry.dot.seq <= Limits.seq else {
                throw violation(.limitExceeded, "seq \(entry.dot.seq) of \(entry.dot.origin)")
            }
            var row = try origin(entry.dot.origin)
            let place = Place(origin: row.number, seq: entry.dot.seq)
            guard places.insert(place).inserted, let chain = try room(for: entry, at: place) else { continue }
            if entry.dot.seq > row.head, !row.isSparse {
                row.isSparse = true
                memory.origins[entry.dot.origin] = row
            }
            touched.insert(entry.dot.origin)
            arrivals.append(Arrival(entry: entry, place: place, chain: chain.value))
        }
        try store(arrivals)
        for origin in touched.sorted() { try closeGap(of: origin) }
        return arrivals.count
    }

    /// Where others hold other entries of an earlier life of this node, it was put back from a copy then, and wrote on
    /// before it knew. Theirs keep their places: what this node wrote from there on moves to its present life.
    private mutating func giveWay(to entries: [SealedEntry]) throws {
        var partings: [Origin: UInt64] = [:]
        for entry in entries where entry.dot.origin.node == memory.own.node && entry.dot.origin != memory.own {
            guard let row = memory.origins[entry.dot.origin], entry.dot.seq > 0, entry.dot.seq <= row.head else {
                continue
            }
            let held = try Row.fetchOne(
                db, sql: "SELECT place, hash, bytes FROM entries WHERE place = ?",
                arguments: [Place(origin: row.number, seq: entry.dot.seq).rowID]
            ).map { EntryRow($0) }
            guard let held, held.isSound, held.hash != entry.hash else { continue }
            partings[entry.dot.origin] = min(partings[entry.dot.origin] ?? .max, entry.dot.seq)
        }
        for (origin, seq) in partings.sorted(by: { $0.key < $1.key }) { try moveOwn(of: origin, after: seq - 1) }
    }

    /// What H(seq) was known to be at a place that is to be filled.
    private struct KnownChain {
        let value: Hash256?
    }

    /// Makes room for an entry where none is held whole; nil where it is not wanted.
    private func room(for entry: SealedEntry, at place: Place) throws -> KnownChain? {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes, chain FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return KnownChain(value: nil) }
        let held = EntryRow(row)
        let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
        if held.isSound {
            if held.hash != entry.hash { try orphan(entry, at: place, reason: "another entry is held at its place") }
            return nil
        }
        guard try held.hash == entry.hash || held.bytes == entry.bytes || isProved(entry, at: place, by: chain) else {
            try orphan(entry, at: place, reason: "it does not match the hash of the rotten entry at its place")
            return nil
        }
        try remove(place)
        return KnownChain(value: chain)
    }

    private func isProved(_ entry: SealedEntry, at place: Place, by chain: Hash256?) throws -> Bool {
        guard let chain, let row = memory.origins[entry.dot.origin],
            let before = try db.chain(of: row, at: place.seq - 1)
        else { return false }
        return Chain.link(before, entry.hash) == chain
    }

    /// Keeps bytes that have no place, once.
    func orphan(_ entry: SealedEntry, at place: Place, reason: String) throws {
        let bytes = Data(entry.bytes)
        let isKept = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM orphans WHERE origin = ? AND seq = ? AND bytes = ?)",
            arguments: [place.origin, Int64(place.seq), bytes])
        guard isKept != true else { return }
        try db.execute(
            sql: "INSERT INTO orphans (origin, seq, bytes, reason) VALUES (?, ?, ?, ?)",
            arguments: [place.origin, Int64(place.seq), bytes, reason])
    }

    /// Moves the head of an origin over entries that now follow it without a gap.
    private mutating func closeGap(of origin: Origin) throws {
        guard var row = memory.origins[origin], row.isSparse else { return }
        let statement = try db.cachedStatement(
            sql: "SELECT place, hash, bytes FROM entries WHERE place > ? AND place <= ? ORDER BY place")
        let cursor = try Row.fetchCursor(
            statement,
            arguments: [
                Place(origin: row.number, seq: row.head).rowID, Place(origin: row.number, seq: Limits.seq).rowID,
            ])
        var links: [(place: Place, chain: Hash256)] = []
        while let next = try cursor.next() {
            let entry = EntryRow(next)
            guard entry.place.seq == row.head + 1, let hash = entry.hash else { break }
            row.head += 1
            row.chain = Chain.link(row.chain, hash)
            links.append((entry.place, row.chain))
        }
        guard !links.isEmpty else { return }
        for link in links {
            try db.cachedStatement(sql: "UPDATE entries SET chain = ? WHERE place = ?")
                .execute(arguments: [link.chain.column, link.place.rowID])
        }
        row.isSparse = try db.holdsEntries(of: row, beyond: row.head)
        setOrigin(row)
    }
}
