import FieldpostCore
import Foundation
import GRDB

/// Entries that come one by one, each with gaps around it: of the feed, or fetched back from a peer.
extension WriteContext {
    /// Stores those that are not held whole, and moves the heads over gaps that they close. Returns how many were new
    /// or healed. `peer`: who gave them; nil for a repair, which only has what it found.
    ///
    /// Where another entry is held at the same dot, somebody was put back from a copy and issued the dot twice. At a
    /// gateway central's word counts; at central the entry that it holds, and the peer is told of it. The other one is
    /// written anew under this node's present origin, with the same id.
    mutating func gather(_ entries: [SealedEntry], from peer: NodeID?) throws -> Int {
        try giveWay(to: entries)
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
                memory.origins[entry.dot.origin] = row
            }
            touched.insert(entry.dot.origin)
            arrivals.append(Arrival(entry: entry, place: place, chain: chain))
        }
        let readers = try memory.role == .central ? readersOfForked(arrivals) : []
        try store(arrivals, gatheredFrom: peer)
        for origin in touched.sorted() { try closeGap(of: origin) }
        try adopt(homeless)
        try tell(readers + contested.compactMap { place in peer.map { ($0, place) } })
        return arrivals.count
    }

    /// Where others hold other entries of an earlier incarnation of this node, it was put back from a copy then, and
    /// wrote on before it knew. Theirs keep their places: what this node wrote from there on moves to its present
    /// incarnation. Central does so once for each of its incarnations: which of its gateways is right after that,
    /// nobody can tell.
    private mutating func giveWay(to entries: [SealedEntry]) throws {
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
        /// It is held already, or what is held is as good.
        case held
        /// Nothing stands there any more; what H(seq) was known to be.
        case free(Hash256?)
        /// Another entry stands there, whole or corrupt.
        case taken(Row)
    }

    func held(at place: Place) throws -> EntryRow? {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
        return try Row.fetchOne(select, arguments: [place.rowID]).map { EntryRow($0) }
    }

    /// Makes room for an entry where none is held whole.
    private mutating func room(for entry: SealedEntry, at place: Place) throws -> Room {
        let select = try db.cachedStatement(
            sql: "SELECT place, report, hash, bytes, chain, quarantine FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return .free(nil) }
        let held = EntryRow(row)
        if held.isSound { return held.hash == entry.hash || entry.isWithheld ? .held : .taken(row) }
        guard !entry.isWithheld else { return .held }
        let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
        // What was pruned for its age is held; what had left this gateway's scope comes back to it.
        if held.hash == entry.hash, try isPruned(row), try !isWithdrawn(row) { return .held }
        guard try held.hash == entry.hash || held.bytes == entry.bytes || isProved(entry, at: place, by: chain) else {
            return .taken(row)
        }
        try remove(place)
        return .free(chain)
    }

    func isProved(_ entry: SealedEntry, at place: Place, by chain: Hash256?) throws -> Bool {
        guard let chain, let row = memory.origins[entry.dot.origin],
            let before = try db.chain(of: row, at: place.seq - 1)
        else { return false }
        return Chain.link(before, entry.hash) == chain
    }

    /// Takes out what stands at a dot. From there on the chain of its origin is to be made anew; from its start, where
    /// the value before cannot be told.
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

    // MARK: Who has to know

    /// Gateways that were sent what central wrote at these places before it gave way there.
    private func readersOfForked(_ arrivals: [Arrival]) throws -> [(NodeID, Place)] {
        let forked = arrivals.filter { arrival in
            arrival.entry.dot.origin.node == memory.own.node
                && memory.origins[arrival.entry.dot.origin]?.forked.map { $0 < arrival.entry.dot.seq } ?? false
        }.map(\.place)
        return try readers(of: Set(forked))
    }

    /// Gateways whose feed named these places.
    func readers(of places: Set<Place>) throws -> [(NodeID, Place)] {
        guard let first = places.map(\.rowID).min(), let last = places.map(\.rowID).max() else { return [] }
        let nodes = Dictionary(memory.gateways.byNode.map { ($0.value.number, $0.key) }) { first, _ in first }
        return try readers(of: first...last).compactMap { reader in
            places.contains(reader.place) ? nodes[reader.gateway].map { ($0, reader.place) } : nil
        }
    }

    /// Gateways may hold another entry at a place than this central node.
    func tell(_ readers: [(NodeID, Place)]) throws {
        for (node, place) in readers {
            guard let gateway = memory.gateways[node] else { continue }
            try tell(gateway, of: place)
        }
    }
}
