package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: returns the unconfirmed entries of a report, or of all reports, in order of arrival, at most
    /// `limit`.
    package func hearsay(
        of report: ReportID?, limit: Int
    ) async throws(JournalError) -> [Hearsay] {
        guard role == .central else { return [] }
        return try await read { [codec] db in
            let select = "SELECT node, incarnation, seq, giver, bytes FROM hearsay"
            let rows =
                if let report {
                    try Row.fetchAll(
                        db, sql: select + " WHERE report = ? ORDER BY number LIMIT ?",
                        arguments: [report.column, limit])
                } else {
                    try Row.fetchAll(db, sql: select + " ORDER BY number LIMIT ?", arguments: [limit])
                }
            return rows.compactMap { Hearsay($0, codec: codec) }
        }
    }
}

extension Hearsay {
    fileprivate init?(_ row: Row, codec: any EntryCoding) {
        guard let origin = Origin(row), let seq = row.integer("seq").flatMap({ UInt64(exactly: $0) }),
            let giver = row.blob("giver").flatMap({ NodeID(bytes: $0) }), let bytes = row.blob("bytes")
        else { return nil }
        self.init(entry: codec.open(Array(bytes), at: Dot(origin, seq)), giver: giver)
    }
}

extension Database {
    func holdsHearsay() throws -> Bool {
        try Bool.fetchOne(self, sql: "SELECT EXISTS (SELECT 1 FROM hearsay)") ?? false
    }
}

extension WriteContext {
    /// Stores, as unconfirmed, entries of others that a gateway gave without a proof. It takes an entry only if the
    /// gateway may have held it: this node was restored and has not yet fetched everything from that gateway, the
    /// author was enrolled, and the report is in the gateway's scope. Returns how many entries it refused.
    mutating func keepUnconfirmed(_ entries: [SealedEntry], from giver: NodeID) throws -> Int {
        guard !entries.isEmpty, try fetchState(of: giver) == FetchState.wanted,
            let gateway = memory.gateways[giver]
        else { return entries.count }
        var scope = try GatewayScope(db, of: giver)
        var (count, bytes) = try room(of: giver)
        let named = Set(
            entries.compactMap(\.entry).filter { $0.grid.map(gateway.grids.contains) ?? false }.map(\.report))
        var incarnations: [NodeID: Set<Incarnation>] = [:]
        var refused = 0
        for sealed in entries {
            guard let entry = sealed.entry, entry.kind == .change, try wasAdmitted(sealed.dot.origin.node),
                try named.contains(entry.report) || isInScope(entry.report, &scope),
                try isPlausible(sealed.dot.origin, &incarnations)
            else {
                refused += 1
                continue
            }
            (count, bytes) = (count + 1, bytes + sealed.bytes.count)
            guard count <= Limits.hearsayEntries, bytes <= Limits.hearsayBytes else {
                refused += 1
                continue
            }
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO hearsay (node, incarnation, seq, hash, report, giver, bytes)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    sealed.dot.origin.node.column, sealed.dot.origin.incarnation.column, Int64(sealed.dot.seq),
                    sealed.hash.column, entry.report.column, giver.column, Data(sealed.bytes),
                ])
            memory.holdsHearsay = true
        }
        return refused
    }

    /// The entries given here come from their authors. An unconfirmed entry at the same dot is deleted if it is the
    /// same. If it differs, it is kept as an orphan, and an alarm names the gateway that gave it.
    mutating func judgeHearsay(by entries: [SealedEntry]) throws {
        guard memory.role == .central, memory.holdsHearsay else { return }
        for entry in entries where !entry.isWithheld {
            let select = try db.cachedStatement(
                sql: """
                    SELECT number, node, incarnation, seq, giver, hash, bytes FROM hearsay
                    WHERE node = ? AND incarnation = ? AND seq = ?
                    """)
            let rows = try Row.fetchAll(
                select,
                arguments: [
                    entry.dot.origin.node.column, entry.dot.origin.incarnation.column, Int64(clamping: entry.dot.seq),
                ])
            for row in rows {
                if row.blob("hash") != entry.hash.column, let said = Hearsay(row, codec: memory.codec) {
                    try orphan(
                        said.entry,
                        reason: "gateway \(said.giver.short) gave it, but its author wrote another entry there")
                    try suspect(
                        said.giver, .contradicted,
                        "It gave an entry for \(entry.dot), but the author wrote another entry there.")
                }
                try db.execute(sql: "DELETE FROM hearsay WHERE number = ?", arguments: [row.integer("number")])
            }
        }
    }

    /// Whether the node was ever enrolled, or had a session.
    private func wasAdmitted(_ node: NodeID) throws -> Bool {
        if memory.gateways[node] != nil { return true }
        return try db.enrollment(of: node) != nil
    }

    /// Whether the node has fewer incarnations than the limit, unconfirmed ones included, or the origin is one of them.
    private func isPlausible(_ origin: Origin, _ incarnations: inout [NodeID: Set<Incarnation>]) throws -> Bool {
        var known = try incarnations[origin.node] ?? knownIncarnations(of: origin.node)
        defer { incarnations[origin.node] = known }
        guard !known.contains(origin.incarnation) else { return true }
        guard known.count < Limits.incarnationsPerNode else { return false }
        known.insert(origin.incarnation)
        return true
    }

    private func knownIncarnations(of node: NodeID) throws -> Set<Incarnation> {
        let rows = try Data.fetchAll(
            db,
            sql: """
                SELECT incarnation FROM incarnations WHERE node = ?
                UNION SELECT incarnation FROM hearsay WHERE node = ?
                """,
            arguments: [node.column, node.column])
        let held = memory.origins.of(node).map(\.origin.incarnation)
        return Set(rows.compactMap { Incarnation(bytes: $0) }).union(held)
    }

    private func room(of giver: NodeID) throws -> (count: Int, bytes: Int) {
        let row = try Row.fetchOne(
            db, sql: "SELECT count(*) AS entries, coalesce(sum(length(bytes)), 0) AS size FROM hearsay WHERE giver = ?",
            arguments: [giver.column])
        return (Int(row?.integer("entries") ?? 0), Int(row?.integer("size") ?? 0))
    }

    private func isInScope(_ id: ReportID, _ scope: inout GatewayScope) throws -> Bool {
        guard let number = try number(of: id) else { return false }
        return try scope.includes(report: number, db)
    }
}
