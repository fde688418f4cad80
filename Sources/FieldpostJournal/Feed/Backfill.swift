import FieldpostCore
package import FieldpostStore
import GRDB

/// At central: what a change of a gateway's grids adds to its feed, or what a feed contains that begins again
/// (`FeedTrim`). It may be as much as the journal holds, so it is done in steps, and where the next step continues is
/// stored. A crash loses no part of it.
///
/// The gateway's scope itself changes at once (`GatewayScope`). New entries are added to its feed by `feed`, whether or
/// not the steps have come to their report.
struct Backfill {
    /// Why a gateway's feed lacks something. They are done in this order.
    enum Kind: Int64 {
        /// It serves the grid now: the reports that name it are added.
        case arrival = 0
        /// It no longer serves the grid: the reports that leave its scope are withdrawn.
        case departure = 1
        /// Its feed begins again: the reports to which it wrote are added.
        case own = 2
        /// Its feed begins again: what it was told of entries that it may hold is added at the end.
        case told = 3
    }

    let gateway: Int64
    let grid: String
    let kind: Kind
    /// The reports up to this number are done, and of the next one the entries up to this place. Of kind `own`, it is
    /// the place of the gateway's own entry up to which all is done.
    var report: Int64
    var place: Int64

    init?(_ row: Row) {
        guard let gateway = row.integer("gateway"), let grid = row.text("grid"),
            let kind = row.integer("kind").flatMap(Kind.init(rawValue:)), let report = row.integer("report"),
            let place = row.integer("place")
        else { return nil }
        (self.gateway, self.grid, self.kind, self.report, self.place) = (gateway, grid, kind, report, place)
    }
}

extension Schema {
    static let backfills = """
        CREATE TABLE backfills (            -- at central: grids whose reports are still to be added to a feed
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            grid TEXT NOT NULL,
            kind INTEGER NOT NULL,          -- of `Backfill.Kind`
            report INTEGER NOT NULL,        -- the reports up to this one are done,
            place INTEGER NOT NULL,         -- and the entries of the next one up to this place
            PRIMARY KEY (gateway, grid)
        ) WITHOUT ROWID;
        """
}

extension Journal {
    /// At central: does one step of what changes of grids add to feeds. Call it at the start, and after each commit.
    /// Returns whether more is left.
    package func backfillFeeds() async throws(JournalError) -> Bool {
        guard queue.hasBackfills else { return false }
        return try await queue.write { context in
            try context.backfill()
            return context.memory.hasBackfills
        }
    }
}

extension WriteContext {
    /// Stores that a gateway's feed lacks the reports of a grid, or their withdrawals.
    func plan(_ kind: Backfill.Kind, of grid: String, for gateway: Int64) throws {
        try db.cachedStatement(sql: "DELETE FROM backfills WHERE gateway = ? AND kind IN (?, ?) AND grid = ?")
            .execute(arguments: [gateway, Backfill.Kind.arrival.rawValue, Backfill.Kind.departure.rawValue, grid])
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO backfills (gateway, kind, grid, report, place) VALUES (?, ?, ?, 0, 0)"
        ).execute(arguments: [gateway, kind.rawValue, grid])
    }

    /// Does one step: a bounded number of rows, of one gateway after the other.
    mutating func backfill() throws {
        var budget = Limits.backfillRows
        while budget > 0 {
            // While a gateway is revoked, nothing is in its scope. What waits for it goes on when it is enrolled again.
            let select = try db.cachedStatement(
                sql: """
                    SELECT backfills.* FROM backfills JOIN gateways ON gateways.number = backfills.gateway
                    LEFT JOIN enrollments ON enrollments.gateway = gateways.node
                    WHERE enrollments.state IS NOT ? ORDER BY backfills.gateway, backfills.kind, backfills.grid
                    LIMIT 1
                    """)
            guard let row = try Row.fetchOne(select, arguments: [Enrollment.State.revoked.rawValue]) else {
                memory.hasBackfills = false
                return
            }
            memory.hasBackfills = true
            guard let backfill = Backfill(row), try advance(backfill, &budget) else {
                let keys: [DatabaseValue] = [row["gateway"], row["kind"], row["grid"]]
                try db.cachedStatement(sql: "DELETE FROM backfills WHERE gateway = ? AND kind = ? AND grid = ?")
                    .execute(arguments: StatementArguments(keys))
                continue
            }
        }
    }

    /// Goes on with one of them. Returns false when it is done.
    private func advance(_ given: Backfill, _ budget: inout Int) throws -> Bool {
        let find = try db.cachedStatement(sql: "SELECT node FROM gateways WHERE number = ?")
        let node = try Row.fetchOne(find, arguments: [given.gateway])?.blob("node").flatMap { NodeID(bytes: $0) }
        guard let node, let gateway = memory.gateways[node] else { return false }
        var backfill = given
        let hasMore =
            switch given.kind {
            case .arrival, .departure: try addGrid(&backfill, of: gateway, node, &budget)
            case .own: try addOwn(&backfill, of: gateway, node, &budget)
            case .told: try tellAgain(gateway, &budget)
            }
        try db.cachedStatement(
            sql: "UPDATE backfills SET report = ?, place = ? WHERE gateway = ? AND kind = ? AND grid = ?"
        ).execute(arguments: [
            backfill.report, backfill.place, backfill.gateway, backfill.kind.rawValue, backfill.grid,
        ])
        return hasMore
    }

    /// Goes on with one grid. Returns whether more is left.
    private func addGrid(
        _ backfill: inout Backfill, of gateway: GatewayDirectory.Gateway, _ node: NodeID, _ budget: inout Int
    ) throws -> Bool {
        var scope = try GatewayScope(db, of: node)
        let last = try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(number) FROM reports")) ?? 0
        let select = try db.cachedStatement(
            sql: "SELECT report FROM named WHERE report > ? AND report <= ? AND grid = ? ORDER BY report")
        windows: while budget > 0, backfill.report < last {
            // A grid with few reports must not read the whole table in one step.
            let end = min(backfill.report + Limits.backfillWindow, last)
            for report in try Int64.fetchAll(select, arguments: [backfill.report, end, backfill.grid]) {
                guard budget > 0 else { break windows }
                try take(report, &backfill, of: gateway, node, &scope, &budget)
                guard backfill.place == 0 else { break windows }
                backfill.report = report
            }
            budget -= Limits.backfillWindowRows
            backfill.report = end
        }
        return backfill.report < last
    }

    /// Adds to the feed what it lacks of one report. The gateway skips what it already holds.
    private func take(
        _ report: Int64, _ backfill: inout Backfill, of gateway: GatewayDirectory.Gateway, _ node: NodeID,
        _ scope: inout GatewayScope, _ budget: inout Int
    ) throws {
        budget -= 1
        let isHere = try scope.covers(report: report, db)
        guard backfill.kind == .arrival else {
            if !isHere { try withdraw(report, from: gateway) }
            return
        }
        guard try isHere && !scope.isAuthor(of: report, db) else {
            backfill.place = 0
            return
        }
        try add(report, &backfill, before: gateway, &budget)
    }

    /// Adds the entries of a report that no origin of `own` wrote. When all are done, `backfill.place` is 0.
    private func add(
        _ report: Int64, _ backfill: inout Backfill, before gateway: GatewayDirectory.Gateway, _ budget: inout Int,
        except own: [Int64] = []
    ) throws {
        let limit = max(budget, 1)
        let select = try db.cachedStatement(
            sql: "SELECT place FROM entries WHERE report = ? AND place > ? ORDER BY place LIMIT ?")
        let places = try Int64.fetchAll(select, arguments: [report, backfill.place, limit])
        for place in places.map(Place.init(rowID:)) where !own.contains(place.origin) {
            try enqueue(place, before: gateway)
        }
        budget -= places.count
        backfill.place = places.count < limit ? 0 : places.last ?? 0
    }

    /// Goes on with the reports to which a gateway wrote, in the order of its own entries. Returns whether more is
    /// left. Of its own entries, only those behind the head are added: the gateway compares heads, and asks for what it
    /// lacks up to there.
    private func addOwn(
        _ backfill: inout Backfill, of gateway: GatewayDirectory.Gateway, _ node: NodeID, _ budget: inout Int
    ) throws -> Bool {
        let own = memory.origins.of(node).sorted { $0.number < $1.number }
        let select = try db.cachedStatement(
            sql: "SELECT place, report FROM entries WHERE place > ? AND place <= ? ORDER BY place LIMIT ?")
        for (index, row) in own.enumerated() {
            let last = Place(origin: row.number, seq: Limits.seq).rowID
            while backfill.report < last {
                guard budget > 0 else { return true }
                let after = max(backfill.report, Place(origin: row.number, seq: 0).rowID)
                let found = try Row.fetchAll(select, arguments: [after, last, budget])
                if found.isEmpty { backfill.report = last }
                for entry in found {
                    let (place, report) = (Place(rowID: entry["place"]), entry.integer("report"))
                    guard budget > 0 else { return true }
                    budget -= 1
                    if let report {
                        let isFirst = try isFirst(place, in: report, after: own.prefix(index).map(\.number))
                        if isFirst { try add(report, &backfill, before: gateway, &budget, except: own.map(\.number)) }
                        guard backfill.place == 0 else { return true }
                        if place.seq > row.head { try enqueue(place, before: gateway) }
                    }
                    backfill.report = place.rowID
                }
            }
        }
        return false
    }

    /// Whether no earlier entry of these origins and of the entry's own origin belongs to the report.
    private func isFirst(_ place: Place, in report: Int64, after origins: [Int64]) throws -> Bool {
        let select = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE report = ? AND place >= ? AND place < ?)")
        let isEarlier = try Bool.fetchOne(
            select, arguments: [report, Place(origin: place.origin, seq: 0).rowID, place.rowID])
        return try isEarlier != true && !db.holds(entriesOf: origins, in: report)
    }

    /// Moves the rows that are never deleted to the end of a feed that begins again. Returns whether more is left.
    private func tellAgain(_ gateway: GatewayDirectory.Gateway, _ budget: inout Int) throws -> Bool {
        let select = try db.cachedStatement(
            sql: """
                SELECT position FROM feed WHERE gateway = ?1 AND told
                    AND position <= (SELECT base FROM gateways WHERE number = ?1) ORDER BY position LIMIT ?2
                """)
        let positions = try Int64.fetchAll(select, arguments: [gateway.number, max(budget, 1)])
        for position in positions {
            try db.cachedStatement(
                sql: """
                    INSERT INTO feed (gateway, place, withdrawn, told)
                    SELECT gateway, place, withdrawn, told FROM feed WHERE position = ?
                    """
            ).execute(arguments: [position])
            try db.cachedStatement(sql: "DELETE FROM feed WHERE position = ?").execute(arguments: [position])
        }
        guard !positions.isEmpty else { return false }
        memory.growth.note(.feed(of: gateway.node))
        budget -= positions.count
        return true
    }
}
