import FieldpostCore
package import FieldpostStore
import GRDB

/// At central: what a change of a gateway's grids adds to its feed. It may be as much as the journal holds, so it is
/// done in steps, and where the next step continues is stored. A crash loses no part of it.
///
/// The gateway's scope itself changes at once (`GatewayScope`). New entries are added to its feed by `feed`, whether or
/// not the steps have come to their report.
struct Backfill {
    /// Why a gateway's feed lacks something.
    enum Kind: Int64 {
        /// It serves the grid now: the reports that name it are added.
        case arrival = 0
        /// It no longer serves the grid: the reports that leave its scope are withdrawn.
        case departure = 1
    }

    let gateway: Int64
    let grid: String
    let kind: Kind
    /// The reports up to this number are done, and of the next one the entries up to this place.
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
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO backfills (gateway, grid, kind, report, place) VALUES (?, ?, ?, 0, 0)"
        ).execute(arguments: [gateway, grid, kind.rawValue])
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
                    WHERE enrollments.state IS NOT ? ORDER BY backfills.gateway, backfills.grid LIMIT 1
                    """)
            guard let row = try Row.fetchOne(select, arguments: [Enrollment.State.revoked.rawValue]) else {
                memory.hasBackfills = false
                return
            }
            memory.hasBackfills = true
            guard let backfill = Backfill(row), try advance(backfill, &budget) else {
                try db.cachedStatement(sql: "DELETE FROM backfills WHERE gateway = ? AND grid = ?")
                    .execute(arguments: [row["gateway"] as DatabaseValue, row["grid"] as DatabaseValue])
                continue
            }
        }
    }

    /// Goes on with one grid. Returns false when it is done.
    private func advance(_ given: Backfill, _ budget: inout Int) throws -> Bool {
        let find = try db.cachedStatement(sql: "SELECT node FROM gateways WHERE number = ?")
        let node = try Row.fetchOne(find, arguments: [given.gateway])?.blob("node").flatMap { NodeID(bytes: $0) }
        guard let node, let gateway = memory.gateways[node] else { return false }
        var (backfill, scope) = (given, try GatewayScope(db, of: node))
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
        try db.cachedStatement(sql: "UPDATE backfills SET report = ?, place = ? WHERE gateway = ? AND grid = ?")
            .execute(arguments: [backfill.report, backfill.place, backfill.gateway, backfill.grid])
        return backfill.report < last
    }

    /// Adds to the feed what it lacks of one report. The gateway skips what it already holds.
    private func take(
        _ report: Int64, _ backfill: inout Backfill, of gateway: GatewayDirectory.Gateway, _ node: NodeID,
        _ scope: inout GatewayScope, _ budget: inout Int
    ) throws {
        budget -= 1
        let isHere = try scope.covers(report: report, db)
        switch backfill.kind {
        case .arrival:
            guard try isHere && !scope.isAuthor(of: report, db) else {
                backfill.place = 0
                return
            }
            let limit = max(budget, 1)
            let select = try db.cachedStatement(
                sql: "SELECT place FROM entries WHERE report = ? AND place > ? ORDER BY place LIMIT ?")
            let places = try Int64.fetchAll(select, arguments: [report, backfill.place, limit])
            for place in places { try enqueue(Place(rowID: place), before: gateway) }
            budget -= places.count
            backfill.place = places.count < limit ? 0 : places.last ?? 0
        case .departure:
            if !isHere { try withdraw(report, from: gateway) }
        }
    }
}
