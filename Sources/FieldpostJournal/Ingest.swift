import FieldpostCore
import Foundation
import GRDB

/// What became of a run of entries that a peer sent.
package struct Ingested: Hashable, Sendable {
    /// Durable up to here, without a gap.
    package let durable: DurableHead
    package let added: Int
    /// Held already, with the same hash.
    package let repeated: Int
    package let quarantined: Int
}

extension WriteContext {
    /// Takes in a contiguous run of another node's origin. Entries held already are compared by hash, and those
    /// missing or damaged below the head are put back, so that the same call serves pulls, retries and resyncs.
    ///
    /// Throws `.violation`: `brokenChain` when the run does not follow on what is held, `fork` when a hash differs,
    /// `badBatch` when the entries are not one run of that origin.
    mutating func ingest(_ entries: [SealedEntry], of origin: Origin, after chainBefore: Hash256) throws -> Ingested {
        guard let first = entries.first?.dot.seq else {
            let head = memory.origins[origin]?.position ?? OriginRow(number: 0, origin: origin).position
            return Ingested(durable: DurableHead(head: head), added: 0, repeated: 0, quarantined: 0)
        }
        try checkRun(entries, of: origin, from: first)
        var row = try self.origin(origin)
        guard first <= row.head + 1 else {
            throw violation(.brokenChain, "entries from \(first) of \(origin), but only 1…\(row.head) are held")
        }
        guard try db.chain(of: row, at: first - 1).map({ $0 == chainBefore }) ?? true else {
            throw violation(.fork, "the chain of \(origin) before \(first) differs from the one held")
        }

        var chain = chainBefore
        var arrivals: [Arrival] = []
        var repeated = 0
        for entry in entries {
            chain = Chain.link(chain, entry.hash)
            let seq = entry.dot.seq
            let place = Place(origin: row.number, seq: seq)
            let isHeld = try (seq <= row.head || row.isSparse) && holds(entry, at: place, chain: chain)
            if seq > row.head {
                row.head = seq
                row.chain = chain
            } else if seq == row.head, chain != row.chain {
                throw violation(.fork, "the chain of \(origin) at \(seq) differs from the one held")
            }
            if isHeld { repeated += 1 } else { arrivals.append(Arrival(entry: entry, place: place, chain: chain)) }
        }
        setOrigin(row)
        try store(arrivals)
        return Ingested(
            durable: DurableHead(head: row.position), added: arrivals.count, repeated: repeated,
            quarantined: arrivals.count { $0.entry.entry == nil })
    }

    private func checkRun(_ entries: [SealedEntry], of origin: Origin, from first: UInt64) throws {
        guard first > 0, first <= Limits.seq, UInt64(entries.count) <= Limits.seq - first else {
            throw violation(.limitExceeded, "a run from seq \(first) of \(origin)")
        }
        for (index, entry) in entries.enumerated() {
            guard entry.dot.seq == first + UInt64(index), entry.dot.origin == origin else {
                throw violation(.badBatch, "\(entry.dot) stands where \(origin):\(first + UInt64(index)) belongs")
            }
        }
    }

    /// Whether an entry is held, and whole. A damaged copy is taken out, so that the entry is stored like a new one.
    private func holds(_ entry: SealedEntry, at place: Place, chain: Hash256) throws -> Bool {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes, chain FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return false }
        let held = EntryRow(row)
        guard held.isSound else {
            try db.cachedStatement(sql: "DELETE FROM entries WHERE place = ?").execute(arguments: [place.rowID])
            return false
        }
        guard held.hash == entry.hash else { throw violation(.fork, "\(entry.dot) differs from the entry held") }
        guard row["chain"] as Data? == nil else { return true }
        try db.cachedStatement(sql: "UPDATE entries SET chain = ? WHERE place = ?")
            .execute(arguments: [chain.column, place.rowID])
        return true
    }

    /// Takes in a run of central's feed: entries of many origins, each with gaps. Returns how many were new.
    mutating func absorb(_ entries: [SealedEntry], from central: NodeID, upTo cursor: FeedCursor) throws -> Absorbed {
        var arrivals: [Arrival] = []
        var places: Set<Place> = []
        for entry in entries where entry.dot.origin != memory.own {
            guard entry.dot.seq > 0, entry.dot.seq <= Limits.seq else {
                throw violation(.limitExceeded, "seq \(entry.dot.seq) in the feed")
            }
            var row = try origin(entry.dot.origin)
            let place = Place(origin: row.number, seq: entry.dot.seq)
            guard try hash(of: place) == nil, places.insert(place).inserted else { continue }
            if entry.dot.seq > row.head, !row.isSparse {
                row.isSparse = true
                memory.origins[entry.dot.origin] = row
            }
            arrivals.append(Arrival(entry: entry, place: place, chain: nil))
        }
        try store(arrivals)
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO feed_cursors (central, incarnation, position) VALUES (?, ?, ?)"
        ).execute(arguments: [central.column, cursor.incarnation.column, Int64(clamping: cursor.position)])
        return Absorbed(durable: DurableCursor(cursor: cursor), added: arrivals.count)
    }

    /// Notes central's receipt for an origin of this node. Throws `.violation(fork)` when its chain differs from this
    /// journal's.
    mutating func acknowledge(_ receipt: Receipt) throws {
        guard var row = memory.origins[receipt.head.origin], receipt.head.seq <= row.head else {
            throw violation(.rewound, "central's receipt \(receipt.head.seq) is beyond this journal")
        }
        guard try db.chain(of: row, at: receipt.head.seq) == receipt.head.chain else {
            throw violation(.fork, "central's receipt for \(receipt.head.seq) has another chain than this journal")
        }
        guard receipt.head.seq > row.receipt else { return }
        row.receipt = receipt.head.seq
        setOrigin(row)
    }

    private func hash(of place: Place) throws -> Hash256? {
        let statement = try db.cachedStatement(sql: "SELECT hash FROM entries WHERE place = ?")
        return try Data.fetchOne(statement, arguments: [place.rowID]).map { try Hash256(column: $0) }
    }

    private func violation(_ code: Violation.Code, _ detail: String) -> JournalError {
        .violation(Violation(code, detail))
    }
}

/// What became of a run of the feed.
package struct Absorbed: Hashable, Sendable {
    package let durable: DurableCursor
    package let added: Int
}
