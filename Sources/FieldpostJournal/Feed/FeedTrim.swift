import FieldpostCore
package import FieldpostStore
import GRDB

extension Schema {
    /// Rows of a feed that its gateway holds are deleted. What else they said is stored in other places.
    static let feeds = """
        ALTER TABLE gateways ADD COLUMN held INTEGER NOT NULL DEFAULT 0;    -- it says that it holds its feed up to here
        ALTER TABLE gateways ADD COLUMN trimmed INTEGER NOT NULL DEFAULT 0; -- rows up to here are gone, but for `told`
        ALTER TABLE gateways ADD COLUMN base INTEGER NOT NULL DEFAULT 0;    -- the feed begins after it: see `FeedTrim`
        CREATE TABLE feed_gaps (            -- positions that were skipped at an opening
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL
        );
        CREATE TABLE former_grids (         -- grids that gateways served once
            grid TEXT NOT NULL,
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            PRIMARY KEY (grid, gateway)
        ) WITHOUT ROWID;
        INSERT OR IGNORE INTO former_grids (grid, gateway)
            SELECT named.grid, feed.gateway FROM feed JOIN named ON named.report = feed.withdrawn
            UNION SELECT grid, gateway FROM backfills WHERE kind = 1;
        CREATE INDEX former_grids_by_gateway ON former_grids (gateway);
        CREATE INDEX feed_told ON feed (gateway, position) WHERE told;
        CREATE TABLE backfills_new (        -- at central: what is still to be added to a feed
            gateway INTEGER NOT NULL REFERENCES gateways (number),
            kind INTEGER NOT NULL,          -- of `Backfill.Kind`
            grid TEXT NOT NULL,             -- empty for kinds that concern no grid
            report INTEGER NOT NULL,        -- the reports up to this one are done,
            place INTEGER NOT NULL,         -- and the entries of the next one up to this place
            PRIMARY KEY (gateway, kind, grid)
        ) WITHOUT ROWID;
        INSERT INTO backfills_new (gateway, kind, grid, report, place)
            SELECT gateway, kind, grid, report, place FROM backfills ORDER BY gateway, kind, grid;
        DROP TABLE backfills;
        ALTER TABLE backfills_new RENAME TO backfills;
        """
}

/// How far the rows of a gateway's feed are still there. All values are positions.
///
/// The rows after `base`, together with the backfills that are planned, bring everything in the gateway's scope to a
/// gateway that holds nothing, and withdraw what it may hold of an earlier scope. Rows that it says it holds (`held`)
/// are deleted in steps, which have come to `trimmed`. A gateway that later names a position before `trimmed` was put
/// back from a copy, or central was. It gets a new `base`, and backfills that bring everything again.
struct FeedTrim {
    let gateway: Int64
    let held: Int64
    let trimmed: Int64
    let base: Int64

    /// Nothing that a gateway without any entry needs was deleted.
    var isWhole: Bool { trimmed <= base }

    init?(_ row: Row) {
        guard let gateway = row.integer("number"), let held = row.integer("held"),
            let trimmed = row.integer("trimmed"), let base = row.integer("base")
        else { return nil }
        (self.gateway, self.held, self.trimmed, self.base) = (gateway, held, trimmed, base)
    }
}

extension Journal {
    /// At central: deletes rows of feeds that their gateways hold, at most `Limits.backfillRows`. Returns where to go
    /// on, or nil at the end of the round. `kept`: a gateway with at most so many such rows keeps them.
    package func trimFeeds(
        _ cursor: TrimCursor, keeping kept: Int
    ) async throws(JournalError) -> TrimCursor? {
        let found = try await read { db in try db.feedsToTrim(after: cursor.gateway, keeping: kept) }
        guard !found.isEmpty else { return nil }
        return try await queue.write { context in
            TrimCursor(after: try context.trimFeeds(of: found))
        }
    }
}

extension Database {
    /// Nil if central does not know the gateway.
    func feedTrim(of gateway: NodeID) throws -> FeedTrim? {
        let select = try cachedStatement(sql: "SELECT number, held, trimmed, base FROM gateways WHERE node = ?")
        return try Row.fetchOne(select, arguments: [gateway.column]).flatMap { FeedTrim($0) }
    }

    fileprivate func feedTrim(number: Int64) throws -> FeedTrim? {
        let select = try cachedStatement(sql: "SELECT number, held, trimmed, base FROM gateways WHERE number = ?")
        return try Row.fetchOne(select, arguments: [number]).flatMap { FeedTrim($0) }
    }

    /// Returns the numbers of some gateways with more rows than that to delete, in order. A feed to which a backfill
    /// still adds is left alone: so one gateway that is put back again and again cannot keep central busy.
    fileprivate func feedsToTrim(after number: Int64, keeping kept: Int) throws -> [Int64] {
        try Int64.fetchAll(
            self,
            sql: """
                SELECT number FROM gateways WHERE number > ? AND held > trimmed
                    AND NOT EXISTS (SELECT 1 FROM backfills WHERE backfills.gateway = gateways.number)
                    AND (
                        SELECT position FROM feed WHERE feed.gateway = gateways.number
                            AND position > gateways.trimmed AND position <= gateways.held
                        ORDER BY position LIMIT 1 OFFSET ?
                    ) IS NOT NULL
                ORDER BY number LIMIT ?
                """, arguments: [number, kept, Limits.trimmedFeeds])
    }
}

extension WriteContext {
    /// Does one step. Returns the number of the last gateway that is done.
    fileprivate func trimFeeds(of gateways: [Int64]) throws -> Int64 {
        var budget = Limits.backfillRows
        let select = try db.cachedStatement(
            sql: """
                SELECT position FROM feed WHERE gateway = ? AND position > ? AND position <= ? ORDER BY position LIMIT ?
                """)
        for number in gateways {
            guard budget > 0 else { return number - 1 }
            guard let feed = try db.feedTrim(number: number) else { continue }
            let positions = try Int64.fetchAll(select, arguments: [number, feed.trimmed, feed.held, budget])
            let isDone = positions.count < budget
            let last = isDone ? feed.held : positions.last ?? feed.held
            try db.cachedStatement(
                sql: "DELETE FROM feed WHERE gateway = ? AND position > ? AND position <= ? AND NOT told"
            ).execute(arguments: [number, feed.trimmed, last])
            try db.cachedStatement(sql: "UPDATE gateways SET trimmed = max(trimmed, ?) WHERE number = ?")
                .execute(arguments: [last, number])
            budget -= positions.count
            guard isDone else { return number - 1 }
        }
        return gateways.last ?? 0
    }

    /// Returns the position from which a gateway's feed is served, if the gateway holds it up to `position`. 0: the
    /// gateway may hold nothing of it. If rows after that were deleted, plans to add everything again.
    mutating func resumeFeed(of node: NodeID, after position: UInt64) throws -> UInt64 {
        guard let gateway = memory.gateways[node], let feed = try db.feedTrim(of: node) else { return position }
        var start = Int64(clamping: position)
        if feed.isWhole {
            start = max(start, feed.base)
        } else if start < feed.trimmed {
            start = try rebuildFeed(of: node, gateway)
        }
        // The gateway may have lost what it held. So the rows after that stay until it says again that it holds them.
        try db.cachedStatement(sql: "UPDATE gateways SET held = ?1 WHERE number = ?2 AND held > ?1")
            .execute(arguments: [start, gateway.number])
        return UInt64(clamping: start)
    }

    /// Plans to add everything in a gateway's scope to its feed again, whatever it holds. Returns the position after
    /// which all of it comes. If there is much, later steps do most of it (`Backfill`).
    private mutating func rebuildFeed(
        of node: NodeID, _ gateway: GatewayDirectory.Gateway
    ) throws -> Int64 {
        let base = try db.lastFeedPosition()
        try db.execute(
            sql: """
                UPDATE gateways SET base = ?1, held = ?1, acknowledged = max(acknowledged, ?1) WHERE number = ?2
                """, arguments: [base, gateway.number])
        try db.execute(sql: "DELETE FROM backfills WHERE gateway = ?", arguments: [gateway.number])
        try enqueueSettings(before: gateway)
        for grid in gateway.grids { try plan(.arrival, of: grid, for: gateway.number) }
        let former = try String.fetchSet(
            db, sql: "SELECT grid FROM former_grids WHERE gateway = ?", arguments: [gateway.number])
        for grid in former.subtracting(gateway.grids) { try plan(.departure, of: grid, for: gateway.number) }
        try plan(.own, of: "", for: gateway.number)
        try plan(.told, of: "", for: gateway.number)
        // A small feed is complete with this commit.
        try backfill()
        return base
    }
}
