import FieldpostCore
import Foundation
import GRDB

/// The gateways that central knows, and the grids each serves.
struct GatewayDirectory: Sendable {
    struct Gateway: Sendable {
        let number: Int64
        var grids: Set<String>
    }

    private(set) var byNode: [NodeID: Gateway] = [:]
    private var byGrid: [String: Set<NodeID>] = [:]

    subscript(node: NodeID) -> Gateway? { byNode[node] }

    mutating func set(_ gateway: Gateway, for node: NodeID) {
        for grid in byNode[node]?.grids ?? [] { byGrid[grid]?.remove(node) }
        for grid in gateway.grids { byGrid[grid, default: []].insert(node) }
        byNode[node] = gateway
    }

    func serving(_ grids: some Sequence<String>) -> Set<NodeID> {
        grids.reduce(into: []) { $0.formUnion(byGrid[$1] ?? []) }
    }
}

extension WriteContext {
    /// Lays a report's new entries into the feed of each gateway in whose scope it is: those that wrote to it, those
    /// that serve a grid it names, and those it once concerned. A gateway that it newly concerns gets all of its
    /// entries. Nobody is sent its own, but where another gave them (`peer`): then their author may lack them, having
    /// been put back from a copy.
    mutating func feed(
        _ report: Report, number: Int64, held: HeldReport?, arrivals: [Arrival], gatheredFrom peer: NodeID?
    ) throws {
        let authors = held?.authors ?? []
        let newAuthors = Set(arrivals.map(\.entry.dot.origin.node))
        let grids = (report.fields[.grid]?.siblings ?? []).compactMap { sibling in
            if case .text(let grid) = sibling.value { grid } else { nil }
        }
        var concerned = authors.union(newAuthors).union(memory.gateways.serving(grids))
        if held != nil { concerned.formUnion(try scoped(report: number)) }
        concerned.remove(memory.own.node)

        let new = arrivals.map { ($0.entry.dot.origin.node, $0.place) }
        for node in concerned.sorted() {
            guard let gateway = memory.gateways[node] else { continue }
            let lacksOwn = peer.map { $0 != node } ?? false
            if !authors.contains(node), try held == nil || !isScoped(gateway, report: number) {
                for entry in held?.entries ?? [] where entry.dot.origin.node != node {
                    try lay(try place(of: entry.dot), before: gateway)
                }
                if !newAuthors.contains(node) { try scope(gateway, report: number) }
            }
            for (author, place) in new where author != node || lacksOwn { try lay(place, before: gateway) }
        }
    }

    /// Central learns of a gateway, its name and its grids. Reports of grids that are new to it enter its feed.
    mutating func register(_ node: NodeID, name: String, grids: Set<String>) throws {
        try db.execute(
            sql: """
                INSERT INTO gateways (node, name, acknowledged) VALUES (?, ?, 0)
                ON CONFLICT (node) DO UPDATE SET name = excluded.name
                """, arguments: [node.column, name])
        let number = try Int64.fetchOne(db, sql: "SELECT number FROM gateways WHERE node = ?", arguments: [node.column])
        guard let number else { throw JournalError.failed("the gateway just registered is not there") }
        let isNew = memory.gateways[node] == nil
        var gateway = memory.gateways[node] ?? GatewayDirectory.Gateway(number: number, grids: [])
        let added = grids.subtracting(gateway.grids)
        guard isNew || gateway.grids != grids else { return }
        gateway.grids = grids
        memory.gateways.set(gateway, for: node)
        try db.execute(sql: "DELETE FROM grids WHERE gateway = ?", arguments: [number])
        for grid in grids.sorted() {
            try db.execute(sql: "INSERT INTO grids (gateway, grid) VALUES (?, ?)", arguments: [number, grid])
        }
        if !added.isEmpty { try backfill(gateway, node: node, grids: added) }
        if isNew { try backfillOwn(gateway, node: node) }
    }

    /// A gateway holds its feed durably up to a position.
    func acknowledgeFeed(_ node: NodeID, position: UInt64) throws {
        guard let gateway = memory.gateways[node] else { return }
        try db.cachedStatement(sql: "UPDATE gateways SET acknowledged = ? WHERE number = ? AND acknowledged < ?")
            .execute(arguments: [Int64(clamping: position), gateway.number, Int64(clamping: position)])
    }

    private func backfill(_ gateway: GatewayDirectory.Gateway, node: NodeID, grids: Set<String>) throws {
        let marks = databaseQuestionMarks(count: grids.count)
        let reports = try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE grid IN (\(marks)) OR conflict ORDER BY number",
            arguments: StatementArguments(grids.sorted()))
        for report in reports where try !isScoped(gateway, report: report) && names(report, anyOf: grids) {
            try scope(gateway, report: report)
            try layAll(of: report, before: gateway, except: node)
        }
    }

    /// The column of a report's grid holds only the winner of its siblings.
    private func names(_ report: Int64, anyOf grids: Set<String>) throws -> Bool {
        let siblings = try db.report(number: report, codec: memory.codec)?.fields[.grid]?.siblings ?? []
        return siblings.contains { sibling in
            if case .text(let grid) = sibling.value { grids.contains(grid) } else { false }
        }
    }

    /// Reports that the gateway wrote to before it was registered here (central was restored, or met its entries
    /// otherwise).
    private func backfillOwn(_ gateway: GatewayDirectory.Gateway, node: NodeID) throws {
        for row in memory.origins.values.sorted(by: { $0.number < $1.number }) where row.origin.node == node {
            let reports = try Int64.fetchAll(
                db, sql: "SELECT DISTINCT report FROM entries WHERE place BETWEEN ? AND ? AND report IS NOT NULL",
                arguments: [
                    Place(origin: row.number, seq: 0).rowID, Place(origin: row.number, seq: Limits.seq).rowID,
                ])
            for report in reports where try !isScoped(gateway, report: report) {
                try layAll(of: report, before: gateway, except: node)
            }
        }
    }

    /// Lays the entry at a place into a gateway's feed, with the rest of its report: the gateway holds another there.
    func tell(_ gateway: GatewayDirectory.Gateway, node: NodeID, of place: Place) throws {
        try lay(place, before: gateway)
        let report = try Int64.fetchOne(
            db, sql: "SELECT report FROM entries WHERE place = ?", arguments: [place.rowID])
        guard let report, try !isScoped(gateway, report: report) else { return }
        try scope(gateway, report: report)
        try layAll(of: report, before: gateway, except: node)
    }

    /// A report is in a gateway's scope from now on, if it was not yet: its entries go into the feed.
    func concern(_ gateway: GatewayDirectory.Gateway, node: NodeID, report id: ReportID) throws {
        let find = try db.cachedStatement(sql: "SELECT number FROM reports WHERE id = ?")
        guard let report = try Int64.fetchOne(find, arguments: [id.column]), try !isScoped(gateway, report: report)
        else { return }
        let select = try db.cachedStatement(sql: "SELECT DISTINCT place >> 40 FROM entries WHERE report = ?")
        let numbers = try Set(Int64.fetchAll(select, arguments: [report]))
        let isAuthor = memory.origins.values.contains { $0.origin.node == node && numbers.contains($0.number) }
        guard !isAuthor else { return }
        try scope(gateway, report: report)
        try layAll(of: report, before: gateway, except: node)
    }

    /// Which gateways were sent what stands at places of one origin.
    func readers(of places: ClosedRange<Int64>) throws -> [(gateway: Int64, place: Place)] {
        try Row.fetchAll(
            db, sql: "SELECT DISTINCT gateway, place FROM feed WHERE place BETWEEN ? AND ?",
            arguments: [places.lowerBound, places.upperBound]
        ).map { ($0["gateway"], Place(rowID: $0["place"])) }
    }

    private func layAll(of report: Int64, before gateway: GatewayDirectory.Gateway, except node: NodeID) throws {
        let own = Set(memory.origins.values.filter { $0.origin.node == node }.map(\.number))
        let places = try Int64.fetchAll(
            db, sql: "SELECT place FROM entries WHERE report = ? ORDER BY place", arguments: [report])
        for place in places.map(Place.init(rowID:)) where !own.contains(place.origin) {
            try lay(place, before: gateway)
        }
    }

    private func lay(_ place: Place, before gateway: GatewayDirectory.Gateway) throws {
        try db.cachedStatement(sql: "INSERT INTO feed (gateway, place) VALUES (?, ?)")
            .execute(arguments: [gateway.number, place.rowID])
    }

    private func scope(_ gateway: GatewayDirectory.Gateway, report: Int64) throws {
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO scopes (gateway, report) VALUES (?, ?)")
            .execute(arguments: [gateway.number, report])
    }

    private func isScoped(_ gateway: GatewayDirectory.Gateway, report: Int64) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM scopes WHERE gateway = ? AND report = ?)")
        return try Bool.fetchOne(statement, arguments: [gateway.number, report]) ?? false
    }

    private func scoped(report: Int64) throws -> [NodeID] {
        let statement = try db.cachedStatement(sql: "SELECT gateway FROM scopes WHERE report = ?")
        let numbers = Set(try Int64.fetchAll(statement, arguments: [report]))
        return memory.gateways.byNode.filter { numbers.contains($0.value.number) }.map(\.key)
    }

    private mutating func place(of dot: Dot) throws -> Place {
        Place(origin: try origin(dot.origin).number, seq: dot.seq)
    }
}
