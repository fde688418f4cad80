import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import GRDB

/// At central: urgent entries that gateways sent ahead of their chains.
///
/// Such an entry is stored and merged like one that came by a feed: at its place, with a gap before it and without a
/// chain value. So people can see and edit the report at once, and other gateways get it. The head of its origin stays
/// where it is, and so do receipts. When the chain reaches the place, the same entry gets its chain value. Another
/// entry takes the place, and the early one is written again under central's origin (`displace` in `Ingest.swift`).
extension Journal {
    package func takeEarly(
        _ entry: SealedEntry, from gateway: NodeID, stamp: Stamp = .unknown
    ) async throws(JournalError) -> DurableEntry? {
        try makeSureOfRoomForPeers()
        let taken = try await queue.write { context in
            context.moment = stamp
            return try context.takeEarly(entry, from: gateway)
        }
        if taken.isNew {
            metrics.received.increment()
            metrics.early.increment()
        }
        return taken.durable
    }
}

extension Schema {
    static let early = """
        CREATE TABLE urgent (               -- at a gateway: own entries of urgent reports that central may lack
            number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the order in which they became urgent
            place INTEGER NOT NULL UNIQUE
        );
        CREATE TABLE early (                -- at central: entries that their authors sent ahead of the chain
            place INTEGER PRIMARY KEY,
            bytes INTEGER NOT NULL
        );
        """
}

extension Database {
    /// The numbers of the origins with entries ahead of their chains.
    func originsWithEarlyEntries() throws -> Set<Int64> {
        try Set(Int64.fetchAll(self, sql: "SELECT DISTINCT place >> 40 FROM early"))
    }
}

extension WriteContext {
    fileprivate mutating func takeEarly(
        _ sealed: SealedEntry, from gateway: NodeID
    ) throws -> (durable: DurableEntry?, isNew: Bool) {
        let dot = sealed.dot
        guard memory.role == .central, dot.origin.node == gateway, dot.seq > 0, dot.seq <= Limits.seq,
            sealed.bytes.count <= Limits.earlyEntryBytes, sealed.entry?.kind == .change
        else { return (nil, false) }
        let durable = DurableEntry(afterCommitOf: KnownEntry(dot: dot, hash: sealed.hash))
        try admit(dot.origin)
        var row = try origin(dot.origin)
        let place = Place(origin: row.number, seq: dot.seq)
        if let held = try held(at: place) {
            guard held.isSound else { return (nil, false) }
            guard held.hash != sealed.hash else { return (durable, false) }
            // What others gave gives way to the chain, not to this.
            guard try dot.seq <= row.head || isEarly(place) else { return (nil, false) }
            throw violation(.fork, "\(dot) differs from the entry held")
        }
        guard dot.seq > row.head, try hasRoomForEarly(of: row, bytes: sealed.bytes.count) else { return (nil, false) }
        row.isSparse = true
        memory.origins.set(row, isMoved: false)
        guard try storeFromAuthor([Arrival(entry: sealed, place: place, chain: nil)]).isEmpty else {
            // It is beyond its author's share. The receipt of the chain will name it.
            try remove(place)
            return (nil, false)
        }
        try db.execute(
            sql: "INSERT INTO early (place, bytes) VALUES (?, ?)", arguments: [place.rowID, sealed.bytes.count])
        memory.early.insert(row.number)
        try judgeHearsay(by: [sealed])
        return (durable, true)
    }

    private func isEarly(_ place: Place) throws -> Bool {
        try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM early WHERE place = ?)", arguments: [place.rowID])
            ?? false
    }

    private func hasRoomForEarly(of row: OriginRow, bytes: Int) throws -> Bool {
        let sum = try Row.fetchOne(
            db, sql: "SELECT count(*) AS entries, total(bytes) AS size FROM early WHERE place > ? AND place <= ?",
            arguments: places(of: row, after: 0))
        let (count, size) = (Int(sum?.integer("entries") ?? 0), Int(sum?["size"] as Double? ?? 0))
        return count < Limits.earlyEntries && size + bytes <= Limits.earlyBytes
    }

    private func places(of row: OriginRow, after seq: UInt64, upTo last: UInt64 = Limits.seq) -> StatementArguments {
        [Place(origin: row.number, seq: seq).rowID, Place(origin: row.number, seq: last).rowID]
    }

    /// The chain of an origin has come to its head. What is up to there is no longer ahead of it.
    mutating func settleEarly(of row: inout OriginRow) throws {
        guard memory.early.contains(row.number) else { return }
        try db.execute(
            sql: "DELETE FROM early WHERE place > ? AND place <= ?",
            arguments: places(of: row, after: 0, upTo: row.head))
        try forgetEarlyIfNone(of: row)
        if !memory.early.contains(row.number) { row.isSparse = try db.holdsEntries(of: row, beyond: row.head) }
    }

    private mutating func forgetEarlyIfNone(of row: OriginRow) throws {
        let isLeft = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM early WHERE place > ? AND place <= ?)",
            arguments: places(of: row, after: 0))
        if isLeft != true { memory.early.remove(row.number) }
    }

    /// At a hello: returns what is held ahead of the chain of the gateway's present origin. The gateway then does not
    /// send it again. If it does not know one of these entries, it finds out that it was restored from a copy.
    ///
    /// No chain will reach what is ahead of an earlier incarnation's last entry. The gateway may have lost that, so its
    /// feed brings it.
    mutating func early(of hello: Hello) throws -> [DurableEntry] {
        guard !memory.early.isEmpty else { return [] }
        var present: [DurableEntry] = []
        for row in memory.origins.of(hello.node) where memory.early.contains(row.number) {
            guard row.origin.incarnation != hello.incarnation else {
                present = try early(of: row)
                continue
            }
            let last = hello.heads.first { $0.origin == row.origin }?.seq ?? 0
            let beyond = places(of: row, after: max(last, row.head))
            let select = "SELECT place FROM early WHERE place > ? AND place <= ? ORDER BY place"
            let left = try Int64.fetchAll(db, sql: select, arguments: beyond)
            try tell(left.map { (hello.node, Place(rowID: $0)) })
            try db.execute(sql: "DELETE FROM early WHERE place > ? AND place <= ?", arguments: beyond)
            try forgetEarlyIfNone(of: row)
        }
        return present
    }

    private func early(of row: OriginRow) throws -> [DurableEntry] {
        let select = """
            SELECT entries.place, hash FROM early JOIN entries ON entries.place = early.place
            WHERE early.place > ? AND early.place <= ? ORDER BY early.place LIMIT ?
            """
        let arguments = places(of: row, after: 0) + [Limits.earlyEntries]
        return try Row.fetchAll(db, sql: select, arguments: arguments).compactMap { found in
            let place = Place(rowID: found["place"])
            // A corrupt one is not held.
            guard let hash = found.blob("hash").flatMap({ Hash256(bytes: $0) }), try held(at: place)?.isSound == true
            else { return nil }
            let dot = Dot(row.origin, place.seq)
            return DurableEntry(afterCommitOf: KnownEntry(dot: dot, hash: hash))
        }
    }

    /// Whether an entry and all entries of its origin before it in the same report are held, though the chain has not
    /// come to them. Whoever claims to have seen it may have got it from here.
    func isHeldEarly(_ dot: Dot, of report: ReportID) throws -> Bool {
        guard let row = memory.origins[dot.origin], memory.early.contains(row.number) else { return false }
        var seq = dot.seq
        for _ in 0...Limits.earlyEntries where seq > row.head {
            guard let entry = try entry(at: Dot(dot.origin, seq)), entry.report == report else { return false }
            seq = entry.previousSeq
        }
        return seq <= row.head
    }
}
