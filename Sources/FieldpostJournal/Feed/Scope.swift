package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

/// At central: which reports enter and leave a gateway's scope when its grids change. See `GatewayScope`.
extension WriteContext {
    /// The gateway serves these grids from now on. Reports that enter its scope are added to its feed. For reports that
    /// leave it, the feed says that they are withdrawn. If there are many, later steps do most of it (`Backfill`).
    mutating func serve(_ grids: Set<String>, at node: NodeID) throws {
        guard var gateway = memory.gateways[node], gateway.grids != grids else { return }
        let before = gateway.grids
        gateway.grids = grids
        memory.gateways.set(gateway, for: node)
        try db.execute(sql: "DELETE FROM grids WHERE gateway = ?", arguments: [gateway.number])
        for grid in grids.sorted() {
            try db.execute(sql: "INSERT INTO grids (gateway, grid) VALUES (?, ?)", arguments: [gateway.number, grid])
        }
        for grid in grids.subtracting(before) { try plan(.arrival, of: grid, for: gateway.number) }
        for grid in before.subtracting(grids) {
            try db.execute(
                sql: "INSERT OR IGNORE INTO former_grids (grid, gateway) VALUES (?, ?)",
                arguments: [grid, gateway.number])
            try plan(.departure, of: grid, for: gateway.number)
        }
        // A small change is complete with this commit.
        try backfill()
    }

    /// This journal may have lost the time in which a report left the gateway's scope, because it was restored from a
    /// copy. Then the feed never said so, and a gateway may give entries of such a report. If the feed did say it, or
    /// the scope changes again, the gateway ignores the withdrawal.
    func withdraw(reportsOf entries: [SealedEntry], from node: NodeID) throws {
        guard let gateway = memory.gateways[node] else { return }
        var scope = try GatewayScope(db, of: node)
        guard !scope.isRevoked else { return }
        for id in Set(entries.compactMap(\.entry?.report)).sorted() {
            guard let report = try number(of: id), try !scope.includes(report: report, db) else { continue }
            // Nothing else here says that the gateway once had this report. So the row is never deleted.
            try withdraw(report, from: gateway, isKept: true)
        }
    }

    func withdraw(_ report: Int64, from gateway: GatewayDirectory.Gateway, isKept: Bool = false) throws {
        try db.cachedStatement(sql: "INSERT INTO feed (gateway, place, withdrawn, told) VALUES (?, 0, ?, ?)")
            .execute(arguments: [gateway.number, report, isKept])
        memory.growth.note(.feed(of: gateway.node))
    }

    /// Adds the reports that a gateway wrote to before it was registered here. This happens if central was restored, or
    /// got its entries from others. It includes the gateway's own entries: others gave them, and the gateway may lack
    /// them because it was restored from a copy.
    func backfillOwn(_ node: NodeID) throws {
        guard let gateway = memory.gateways[node] else { return }
        var done: Set<Int64> = []
        for number in memory.origins.numbers(of: node) {
            let reports = try Int64.fetchAll(
                db, sql: "SELECT DISTINCT report FROM entries WHERE place BETWEEN ? AND ? AND report IS NOT NULL",
                arguments: [
                    Place(origin: number, seq: 0).rowID, Place(origin: number, seq: Limits.seq).rowID,
                ])
            for report in reports where done.insert(report).inserted {
                try enqueueAll(of: report, before: gateway)
            }
        }
    }

    /// Returns the grids that any entry of a report named and that some gateway serves.
    func servedGrids(namedBy report: Int64) throws -> Set<String> {
        let served = memory.gateways.servedGrids
        // Anybody may name any number of grids, so no more are read than are served.
        let select = try db.cachedStatement(sql: "SELECT grid FROM named WHERE report = ? LIMIT ?")
        let named = try String.fetchAll(select, arguments: [report, served.count + 1])
        guard named.count > served.count else { return Set(named.filter(memory.gateways.isServed)) }
        let find = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM named WHERE report = ? AND grid = ?)")
        return try Set(served.filter { try Bool.fetchOne(find, arguments: [report, $0]) ?? false })
    }

    func name(_ grid: String, in report: Int64) throws {
        let insert = try db.raw("INSERT OR IGNORE INTO named (report, grid) VALUES (?, ?)")
        insert.bind(report, at: 1)
        insert.bind(grid, at: 2)
        try insert.run()
    }

    /// Stores for each report which grids its entries named. Journals of earlier versions did not store this.
    func nameGrids() throws {
        let entries = try Row.fetchCursor(
            db, sql: "SELECT place, report, hash, bytes FROM entries WHERE report IS NOT NULL ORDER BY place")
        while let row = try entries.next() {
            guard let report = row.integer("report"), let grid = try open(row).entry?.grid else { continue }
            try name(grid, in: report)
        }
    }
}

/// At a gateway: what central says has left its scope.
extension WriteContext {
    /// Deletes the bodies of reports and their listed values. Reports that this node wrote to stay: they are in its
    /// scope again as soon as central has its entries. Hashes and chains stay.
    func letGo(of reports: [ReportID]) throws {
        let own = memory.origins.numbers(of: memory.own.node)
        for id in reports {
            guard let number = try number(of: id) else { continue }
            guard try !db.holds(entriesOf: own, in: number) else { continue }
            memory.hot.forget(id)
            try dropCase(number)
            try dropSummary(of: number)
            try db.execute(sql: "DELETE FROM report_receipts WHERE report = ?", arguments: [number])
            try db.execute(
                sql: "UPDATE entries SET bytes = x'', quarantine = NULL WHERE report = ?", arguments: [number])
            try db.execute(
                sql: """
                    UPDATE reports SET pruned = 1, withdrawn = 1, touched = NULL, conflict = 0, channel = NULL,
                        category = NULL, priority = NULL, grid = NULL, stage = NULL, department = NULL, facts = NULL
                    WHERE number = ?
                    """, arguments: [number])
        }
    }

    /// Central holds other entries at these dots that are outside of this gateway's scope, or no entry any more.
    /// Removes the entries that this journal holds there.
    mutating func vacate(_ known: [KnownEntry]) throws {
        var homeless: [SealedEntry] = []
        for other in known where other.dot.origin.node != memory.own.node {
            guard let row = memory.origins[other.dot.origin],
                let held = try held(at: Place(origin: row.number, seq: other.dot.seq)), held.hash != other.hash
            else { continue }
            if held.isSound { homeless.append(memory.codec.open(held.bytes, at: other.dot)) }
            try vacate(other.dot)
        }
        try adopt(homeless)
    }
}

extension Journal {
    /// At a gateway: whether the journal held a report that has left the gateway's scope.
    package func isWithdrawn(_ id: ReportID) async throws(JournalError) -> Bool {
        try await read(report: id) { db, number in
            try Bool.fetchOne(db, sql: "SELECT withdrawn FROM reports WHERE number = ?", arguments: [number]) ?? false
        }
    }
}

extension Entry {
    /// The grid that the entry names.
    var grid: String? { if case .text(let grid) = change.fields[.grid] { grid } else { nil } }
}
