import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension WriteContext {
    /// Stores a contiguous run of another node's origin. Entries that are already held are compared by hash. Entries
    /// that are missing or damaged below the head are stored again. So this call serves pulls, retries and resyncs.
    ///
    /// Throws `.violation`: `brokenChain` if the run does not follow the entries held, `fork` if a hash differs,
    /// `badBatch` if the entries are not one run of that origin.
    mutating func ingest(_ entries: [SealedEntry], of origin: Origin, after chainBefore: Hash256) throws -> Ingested {
        guard let first = entries.first?.dot.seq else {
            let head = memory.origins[origin]?.position ?? OriginRow(number: 0, origin: origin).position
            return Ingested(durable: DurableHead(afterCommitOf: head), added: 0, repeated: 0, quarantinedSeqs: [])
        }
        try checkRun(entries, of: origin, from: first)
        try admit(origin)
        var row = try self.origin(origin)
        guard first <= row.head + 1 else {
            throw violation(.brokenChain, "entries from \(first) of \(origin), but only 1…\(row.head) are held")
        }
        guard try db.chain(of: row, at: first - 1).map({ $0 == chainBefore }) ?? true else {
            throw violation(.fork, "the chain of \(origin) before \(first) differs from the one held")
        }

        let taken = try placesHeld(beyondHeadOf: row, upTo: first + UInt64(entries.count) - 1)
        var chain = chainBefore
        var arrivals: [Arrival] = []
        var displaced: [SealedEntry] = []
        var readers: [(NodeID, Place)] = []
        var repeated = 0
        for entry in entries {
            chain = Chain.link(chain, entry.hash)
            let seq = entry.dot.seq
            let place = Place(origin: row.number, seq: seq)
            let isTaken = taken.contains(place.rowID)
            if isTaken, let other = try displace(for: entry, at: place, &readers) { displaced.append(other) }
            let isHeld = try (seq <= row.head || isTaken) && holds(entry, at: place, chain: chain)
            if seq > row.head {
                row.head = seq
                row.chain = chain
            } else if seq == row.head, chain != row.chain {
                throw violation(.fork, "the chain of \(origin) at \(seq) differs from the one held")
            }
            if isHeld { repeated += 1 } else { arrivals.append(Arrival(entry: entry, place: place, chain: chain)) }
        }
        try settleEarly(of: &row)
        setOrigin(row)
        let refused = try storeFromAuthor(arrivals)
        try judgeHearsay(by: entries)
        try adopt(displaced)
        try tell(readers)
        return Ingested(
            durable: DurableHead(afterCommitOf: row.position), added: arrivals.count, repeated: repeated,
            quarantinedSeqs: arrivals.map(\.entry).filter { $0.entry == nil || refused.contains($0.dot) }
                .map(\.dot.seq))
    }

    /// Stores entries that their author sent, and cuts what they cannot have seen. Returns the dots of those that are
    /// beyond their author's share.
    mutating func storeFromAuthor(_ arrivals: [Arrival]) throws -> Set<Dot> {
        let claims = try unconfirmedClaims(in: arrivals)
        let refused = try store(arrivals)
        try keep(claims.open)
        for (cuts, isCertain) in [(claims.lies, true), (claims.doubts, false)] {
            try cut(cuts.mapValues { $0.filter { !refused.contains($0.dot) } }, isCertain: isCertain)
        }
        return refused
    }

    /// The places after an origin's head at which entries are held that came one by one.
    private func placesHeld(beyondHeadOf row: OriginRow, upTo last: UInt64) throws -> Set<Int64> {
        guard row.isSparse, last > row.head else { return [] }
        let select = try db.cachedStatement(sql: "SELECT place FROM entries WHERE place > ? AND place <= ?")
        let places = [Place(origin: row.number, seq: row.head).rowID, Place(origin: row.number, seq: last).rowID]
        return try Set(Int64.fetchAll(select, arguments: StatementArguments(places)))
    }

    private func checkRun(_ entries: [SealedEntry], of origin: Origin, from first: UInt64) throws {
        guard first > 0, first <= Limits.seq, UInt64(entries.count) <= Limits.seq - first else {
            throw violation(.limitExceeded, "a run from seq \(first) of \(origin)")
        }
        for (index, entry) in entries.enumerated() {
            guard entry.dot.seq == first + UInt64(index), entry.dot.origin == origin else {
                throw violation(.badBatch, "\(entry.dot) is in the place of \(origin):\(first + UInt64(index))")
            }
        }
    }

    /// Whether an entry is held in at least as good a state as it arrived. If a sound entry arrives, a corrupt or
    /// withheld copy is removed, so that the sound one is stored like a new entry.
    private mutating func holds(_ entry: SealedEntry, at place: Place, chain: Hash256) throws -> Bool {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes, chain FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return false }
        let held = EntryRow(row)
        let stored = row.blob("chain")
        guard held.hash == entry.hash || (!held.isSound && stored == chain.column) else {
            throw violation(.fork, "\(entry.dot) differs from the entry held")
        }
        if !held.isSound, !entry.isWithheld {
            memory.arrivals.expect(place)
            try remove(place)
            return false
        }
        if stored == nil {
            try db.cachedStatement(sql: "UPDATE entries SET chain = ? WHERE place = ?")
                .execute(arguments: [chain.column, place.rowID])
        }
        return true
    }

    /// Removes a different entry that arrived by itself, from a node that got it before the author was restored from a
    /// copy. The author's entry wins. Adds the gateways that may hold the other one to `readers`.
    private func displace(
        for entry: SealedEntry, at place: Place, _ readers: inout [(NodeID, Place)]
    ) throws -> SealedEntry? {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]), EntryRow(row).hash != entry.hash else {
            return nil
        }
        let other = try open(row)
        readers += try self.readers(of: entry.dot.origin, after: place.seq - 1, upTo: place.seq)
        try remove(place)
        return other
    }

    func remove(_ place: Place) throws {
        memory.hot.forgetAll()
        if !memory.arrivals.expects(place) { try noteGone(first: place.rowID, last: place.rowID) }
        for table in ["entries", "attachments", "settings"] {
            try db.cachedStatement(sql: "DELETE FROM \(table) WHERE place = ?").execute(arguments: [place.rowID])
        }
        guard memory.early.contains(place.origin) else { return }
        try db.cachedStatement(sql: "DELETE FROM early WHERE place = ?").execute(arguments: [place.rowID])
    }

    /// Stores a run of central's feed: entries of many origins, each with gaps. Returns how many were new.
    mutating func absorb(
        _ entries: [SealedEntry], from central: NodeID, upTo cursor: FeedCursor, proof: Proof?, stamp: Stamp
    ) throws -> Absorbed {
        moment = stamp
        let hasBegun = try begin(contradictedBy: entries, from: central, stamp: stamp)
        let added = try gather(entries, from: central)
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO feed_cursors (central, incarnation, position, proof) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [
            central.column, cursor.incarnation.column, Int64(clamping: cursor.position), proof?.column,
        ])
        return Absorbed(durable: DurableCursor(afterCommitOf: cursor), added: added, hasBegun: hasBegun)
    }

    /// Stores central's receipt for an origin of this node. Throws `.violation(fork)` if its chain value differs from
    /// this journal's.
    mutating func acknowledge(_ receipt: Receipt) throws {
        guard var row = memory.origins[receipt.head.origin], receipt.head.seq <= row.head else {
            // For an earlier incarnation this is no error: what central holds beyond this journal is being fetched.
            guard receipt.head.origin == memory.own || receipt.head.origin.node != memory.own.node else { return }
            throw violation(.rewound, "central's receipt \(receipt.head.seq) is beyond this journal")
        }
        guard try db.chain(of: row, at: receipt.head.seq) == receipt.head.chain else {
            throw violation(.fork, "central's receipt for \(receipt.head.seq) differs from the chain of this journal")
        }
        for seq in receipt.quarantined where seq <= receipt.head.seq {
            try db.cachedStatement(sql: "INSERT OR IGNORE INTO unread (place) VALUES (?)")
                .execute(arguments: [Place(origin: row.number, seq: seq).rowID])
        }
        try keep(receipt.proof, of: receipt.head)
        let confirmed = memory.retention.confirmed?.heads[receipt.head.origin] ?? 0
        memory.retention.confirmed?.heads[receipt.head.origin] = max(confirmed, receipt.head.seq)
        try raiseReceipt(of: &row, to: receipt.head.seq)
    }

    func violation(_ code: Violation.Code, _ detail: String) -> JournalError {
        .violation(Violation(code, detail))
    }
}
