import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// The gateways that central knows, and the grids that each one serves.
struct GatewayDirectory: Sendable {
    struct Gateway: Sendable {
        let node: NodeID
        let number: Int64
        var grids: Set<String>
    }

    private(set) var byNode: [NodeID: Gateway] = [:]
    private var byGrid: [String: Set<NodeID>] = [:]

    subscript(node: NodeID) -> Gateway? { byNode[node] }

    mutating func set(_ gateway: Gateway, for node: NodeID) {
        for grid in byNode[node]?.grids ?? [] {
            byGrid[grid]?.remove(node)
            if byGrid[grid]?.isEmpty == true { byGrid[grid] = nil }
        }
        for grid in gateway.grids { byGrid[grid, default: []].insert(node) }
        byNode[node] = gateway
    }

    /// The grids that some gateway serves.
    var servedGrids: some Collection<String> { byGrid.keys }

    func isServed(_ grid: String) -> Bool { byGrid[grid] != nil }

    func serving(_ grids: some Sequence<String>) -> Set<NodeID> {
        grids.reduce(into: []) { $0.formUnion(byGrid[$1] ?? []) }
    }
}

extension Database {
    /// Skips a random number of feed positions at each opening. So a journal that was restored from a copy does not
    /// give out the positions that it gave out after that copy. A gateway that names one of those reveals the restore
    /// (`WriteContext.judge`).
    /// The skipped positions are stored, because rows of positions that were given out are deleted later.
    func skipFeedPositions(_ count: UInt64) throws {
        let last = try lastFeedPosition()
        let next = last + Int64(count)
        try execute(sql: "UPDATE sqlite_sequence SET seq = ? WHERE name = 'feed'", arguments: [next])
        if changesCount == 0 {
            try execute(sql: "INSERT INTO sqlite_sequence (name, seq) VALUES ('feed', ?)", arguments: [next])
        }
        // Nothing was given out since the last opening: one gap follows the other.
        try execute(
            sql: "UPDATE feed_gaps SET last = ? WHERE first = (SELECT max(first) FROM feed_gaps) AND last = ?",
            arguments: [next, last])
        guard changesCount == 0 else { return }
        try execute(sql: "INSERT INTO feed_gaps (first, last) VALUES (?, ?)", arguments: [last + 1, next])
    }

    /// The highest position so far. Later rows of all feeds get higher ones.
    func lastFeedPosition() throws -> Int64 {
        try Int64.fetchOne(try cachedStatement(sql: "SELECT seq FROM sqlite_sequence WHERE name = 'feed'")) ?? 0
    }

    /// Whether this position was skipped at an opening, so that no gateway can have it from this journal.
    func isFeedGap(_ position: Int64) throws -> Bool {
        try Bool.fetchOne(
            self, sql: "SELECT last >= ?1 FROM feed_gaps WHERE first <= ?1 ORDER BY first DESC LIMIT 1",
            arguments: [position]) ?? false
    }
}

extension WriteContext {
    /// Adds a report's new entries to the feed of each gateway in whose scope the report is (`GatewayScope`). A gateway
    /// whose scope the report has just entered gets all of its entries. A gateway does not get its own entries, unless
    /// another node gave them (`peer`). Then their author may lack them because it was restored from a copy.
    ///
    /// `isNew`: the journal held nothing of the report before. `authors`: the nodes that wrote the entries it held.
    mutating func feed(
        number: Int64, isNew: Bool, authors: Set<NodeID>, arrivals: [Arrival], gatheredFrom peer: NodeID?
    ) throws {
        let newAuthors = Set(arrivals.map(\.entry.dot.origin.node))
        let before = isNew ? [] : try servedGrids(namedBy: number)
        let grids = before.union(arrivals.compactMap(\.entry.entry?.grid))
        for grid in grids.subtracting(before) { try name(grid, in: number) }
        var concerned = authors.union(newAuthors).union(memory.gateways.serving(grids))
        concerned.remove(memory.own.node)

        let new = arrivals.map { ($0.entry.dot.origin.node, $0.place) }
        for node in concerned.sorted() {
            guard let gateway = memory.gateways[node] else { continue }
            let lacksOwn = peer.map { $0 != node } ?? false
            let wasConcerned = authors.contains(node) || !gateway.grids.isDisjoint(with: before)
            if !isNew, !wasConcerned { try enqueueAll(of: number, before: gateway, except: node) }
            for (author, place) in new where author == node ? lacksOwn : wasConcerned || isNew {
                try enqueue(place, before: gateway)
            }
        }
    }

    /// At central: stores a gateway with its name and the grids that it asks for. The grids of its enrollment take
    /// precedence.
    mutating func register(_ node: NodeID, name: String, grids: Set<String>) throws {
        try db.execute(
            sql: """
                INSERT INTO gateways (node, name, acknowledged) VALUES (?, ?, 0)
                ON CONFLICT (node) DO UPDATE SET name = excluded.name
                """, arguments: [node.column, name])
        let number = try Int64.fetchOne(db, sql: "SELECT number FROM gateways WHERE node = ?", arguments: [node.column])
        guard let number else { throw JournalError.failed("the gateway was registered but cannot be found") }
        let isNew = memory.gateways[node] == nil
        if isNew { memory.gateways.set(GatewayDirectory.Gateway(node: node, number: number, grids: []), for: node) }
        // Calendars come before the cases that name them.
        if isNew, let gateway = memory.gateways[node] { try enqueueSettings(before: gateway) }
        // The hello may be older than an audit event that the journal holds by now.
        try serve(try db.enrollment(of: node).map { Set($0.grids) } ?? grids, at: node)
        if isNew {
            try backfillOwn(node)
        }
    }

    /// A gateway says that it holds its feed durably up to a position. It needs no row up to there any more.
    func acknowledgeFeed(_ node: NodeID, position: UInt64) throws {
        guard let gateway = memory.gateways[node] else { return }
        try db.cachedStatement(
            sql: """
                UPDATE gateways SET acknowledged = max(acknowledged, ?1), held = max(held, min(?1, ?2))
                WHERE number = ?3 AND (acknowledged < ?1 OR held < ?1)
                """
        ).execute(arguments: [Int64(clamping: position), try db.lastFeedPosition(), gateway.number])
    }

    /// Nothing up to a position waits for a gateway. The gateway does not know that position, so it may go on from an
    /// earlier one.
    func passFeed(_ node: NodeID, position: UInt64) throws {
        guard let gateway = memory.gateways[node] else { return }
        try db.cachedStatement(sql: "UPDATE gateways SET acknowledged = ?1 WHERE number = ?2 AND acknowledged < ?1")
            .execute(arguments: [Int64(clamping: position), gateway.number])
    }

    /// Adds the entry at a place to a gateway's feed, because the gateway may hold another entry there. If the entry is
    /// outside of the gateway's scope, the gateway is only told to remove its own. Such a row is never deleted.
    func tell(_ gateway: GatewayDirectory.Gateway, of place: Place) throws {
        try db.execute(
            sql: "INSERT INTO feed (gateway, place, told) VALUES (?, ?, 1)", arguments: [gateway.number, place.rowID])
        memory.growth.note(.feed(of: gateway.node))
    }

    /// Adds all entries of a report to a gateway's feed, in order of their places. Leaves out the entries of `node`.
    func enqueueAll(of report: Int64, before gateway: GatewayDirectory.Gateway, except node: NodeID? = nil) throws {
        let own = Set(node.map(memory.origins.numbers) ?? [])
        let places = try Int64.fetchAll(
            db, sql: "SELECT place FROM entries WHERE report = ? ORDER BY place", arguments: [report])
        for place in places.map(Place.init(rowID:)) where !own.contains(place.origin) {
            try enqueue(place, before: gateway)
        }
    }

    func enqueue(_ place: Place, before gateway: GatewayDirectory.Gateway) throws {
        try db.cachedStatement(sql: "INSERT INTO feed (gateway, place) VALUES (?, ?)")
            .execute(arguments: [gateway.number, place.rowID])
        memory.growth.note(.feed(of: gateway.node))
    }
}
