import FieldpostCore
import Foundation
import GRDB

/// Stores entries that arrive one by one, with gaps around them: from the feed, or in answer to a fetch.
extension WriteContext {
    /// Stores the entries that the journal does not hold, or holds only in corrupt form, and moves the heads over gaps
    /// that close. Returns how many entries were new or repaired. `peer` is the node that gave them. It is nil during a
    /// repair, which has only what it found.
    ///
    /// If the journal holds another entry at the same dot, a node was restored from a copy and used the dot twice. At a
    /// gateway, central's entry wins. At central, the entry that it holds wins, and it tells the peer. The other entry
    /// is written again under this node's present origin, with the same id.
    mutating func gather(_ entries: [SealedEntry], from peer: NodeID?) throws -> Int {
        try moveContradicted(by: entries)
        var arrivals: [Arrival] = []
        var places: Set<Place> = []
        var touched: Set<Origin> = []
        var homeless: [SealedEntry] = []
        var contested: [Place] = []
        for entry in entries {
            guard entry.dot.seq > 0, entry.dot.seq <= Limits.seq else {
                throw violation(.limitExceeded, "seq \(entry.dot.seq) of \(entry.dot.origin)")
            }
            let place = Place(origin: try origin(entry.dot.origin).number, seq: entry.dot.seq)
            guard places.insert(place).inserted else { continue }
            var chain: Hash256?
            switch try room(for: entry, at: place) {
            case .held: continue
            case .free(let known): chain = known
            case .taken where peer == nil || entry.dot.origin == memory.own:
                try orphan(entry)
                continue
            case .taken where memory.role == .central:
                homeless.append(entry)
                contested.append(place)
                continue
            case .taken(let held):
                homeless.append(try open(held))
                try vacate(entry.dot)
            }
            var row = try origin(entry.dot.origin)
            if entry.dot.seq > row.head, !row.isSparse {
                row.isSparse = true
                memory.origins.set(row, isMoved: false)
            }
            touched.insert(entry.dot.origin)
            arrivals.append(Arrival(entry: entry, place: place, chain: chain))
        }
        try store(arrivals, gatheredFrom: peer)
        for origin in touched.sorted() { try closeGap(of: origin) }
        try adopt(homeless)
        try tell(contested.compactMap { place in peer.map { ($0, place) } })
        return arrivals.count
    }

    /// If others hold different entries of an earlier incarnation of this node, this node was restored from a copy and
    /// wrote on before it knew. The others' entries keep their dots. What this node wrote from there on moves to its
    /// present incarnation. Central does this once for each of its incarnations: after that, nobody can tell which
    /// gateway is right.
    private mutating func moveContradicted(by entries: [SealedEntry]) throws {
        var divergences: [Origin: UInt64] = [:]
        for entry in entries where entry.dot.origin.node == memory.own.node && entry.dot.origin != memory.own {
            guard let row = memory.origins[entry.dot.origin], entry.dot.seq > 0, entry.dot.seq <= row.head,
                memory.role == .gateway || row.forked == nil,
                let held = try held(at: Place(origin: row.number, seq: entry.dot.seq)), held.isSound,
                held.hash != entry.hash
            else { continue }
            divergences[entry.dot.origin] = min(divergences[entry.dot.origin] ?? .max, entry.dot.seq)
        }
        for (origin, seq) in divergences.sorted(by: { $0.key < $1.key }) { try moveOwn(of: origin, after: seq - 1) }
    }

    // MARK: Places

    private enum Room {
        /// The journal already holds the entry, or holds one that is as good.
        case held
        /// The place is free. The value is what the chain value there was known to be.
        case free(Hash256?)
        /// Another entry is at the place, sound or corrupt.
        case taken(Row)
    }

    func held(at place: Place) throws -> EntryRow? {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
        return try Row.fetchOne(select, arguments: [place.rowID]).map { EntryRow($0) }
    }

    /// Frees the place of an entry if no sound entry is there.
    private mutating func room(for entry: SealedEntry, at place: Place) throws -> Room {
        let select = try db.cachedStatement(
            sql: "SELECT place, report, hash, bytes, chain, quarantine FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return .free(nil) }
        let held = EntryRow(row)
        if held.isSound { return held.hash == entry.hash || entry.isWithheld ? .held : .taken(row) }
        guard !entry.isWithheld else { return .held }
        let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
        // A pruned entry counts as held. But if its report had left this gateway's scope, it is stored again.
        if held.hash == entry.hash, try isPruned(row), try !isWithdrawn(row) { return .held }
        guard try held.hash == entry.hash || held.bytes == entry.bytes || isProved(entry, at: place, by: chain) else {
            return .taken(row)
        }
        memory.arrivals.expect(place)
        try remove(place)
        return .free(chain)
    }

    func isProved(_ entry: SealedEntry, at place: Place, by chain: Hash256?) throws -> Bool {
        guard let chain, let row = memory.origins[entry.dot.origin],
            let before = try db.chain(of: row, at: place.seq - 1)
        else { return false }
        return Chain.link(before, entry.hash) == chain
    }

    /// Removes the entry at a dot. From there on, the chain of its origin must be computed again. If the value before
    /// is unknown, it is computed from its start.
    mutating func vacate(_ dot: Dot) throws {
        var row = try origin(dot.origin)
        if dot.seq <= row.head {
            let before = try db.chain(of: row, at: dot.seq - 1)
            let last = row.head
            row.head = before == nil ? 0 : dot.seq - 1
            memory.vacated += last - row.head
            try db.execute(sql: "UPDATE identity SET vacated = ?", arguments: [Int64(memory.vacated)])
            row.chain = before ?? Chain.start(of: dot.origin)
            row.isSparse = true
            setOrigin(row)
            try db.execute(
                sql: "UPDATE entries SET chain = NULL WHERE place > ? AND place <= ?",
                arguments: [
                    Place(origin: row.number, seq: row.head).rowID, Place(origin: row.number, seq: Limits.seq).rowID,
                ])
        }
        try remove(Place(origin: row.number, seq: dot.seq))
    }

    /// Moves the head of an origin over the entries that now follow it without a gap.
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
        try settleEarly(of: &row)
        setOrigin(row)
    }

    // MARK: Gateways to tell

    /// Tells gateways what central holds at these places, because they may hold another entry there.
    func tell(_ readers: [(NodeID, Place)]) throws {
        for (node, place) in readers {
            guard let gateway = memory.gateways[node] else { continue }
            try tell(gateway, of: place)
        }
    }
}
