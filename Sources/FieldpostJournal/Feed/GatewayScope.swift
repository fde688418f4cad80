import FieldpostCore
import GRDB

/// What a gateway may receive from central's journal: its own entries, the entries of reports in its scope, and
/// central's settings. No other node receives other entries outside of reports, such as central's audit events.
///
/// A report is in a gateway's scope while the gateway has written to it, or serves a grid that any entry of the report
/// ever named. The scope follows only from the entries and from the grids that the gateway serves now.
struct GatewayScope {
    private let gateway: Int64?
    /// Numbers of the gateway's origins.
    private let own: Set<Int64>
    private var known: [Int64: Bool] = [:]
    /// Central's administrators have revoked the gateway. Nothing is in its scope.
    let isRevoked: Bool
    /// Everything that the gateway keeps of others was fetched since this journal was restored from a copy.
    let isFetched: Bool

    init(_ db: Database, of gateway: NodeID) throws {
        let row = try Row.fetchOne(
            db, sql: "SELECT number, fetched FROM gateways WHERE node = ?", arguments: [gateway.column])
        self.gateway = row?.integer("number")
        let fetched = row?.integer("fetched").map { Int($0) }
        isFetched = fetched != FetchState.wanted && fetched != FetchState.wantedOfNew
        own = try Set(
            Int64.fetchAll(db, sql: "SELECT number FROM origins WHERE node = ?", arguments: [gateway.column]))
        isRevoked = try db.enrollment(of: gateway)?.state == .revoked
    }

    /// `report`: the number of the report to which the entry at the place belongs, if any.
    mutating func includes(_ place: Place, report: Int64?, _ db: Database) throws -> Bool {
        guard !isRevoked else { return false }
        if own.contains(place.origin) { return true }
        guard let report else { return try db.isOwnSetting(place) }
        return try includes(report: report, db)
    }

    /// Whether the report is in the gateway's scope.
    mutating func includes(report: Int64, _ db: Database) throws -> Bool {
        guard !isRevoked else { return false }
        return try covers(report: report, db)
    }

    /// Whether the report is in the gateway's scope while the gateway is not revoked.
    mutating func covers(report: Int64, _ db: Database) throws -> Bool {
        if let isKnown = known[report] { return isKnown }
        let isIncluded = try servesGrid(of: report, db) || isAuthor(of: report, db)
        known[report] = isIncluded
        return isIncluded
    }

    private func servesGrid(of report: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM named JOIN grids ON grids.gateway = ? AND grids.grid = named.grid
                    WHERE named.report = ?)
                """)
        return try Bool.fetchOne(statement, arguments: [gateway, report]) ?? false
    }

    func isAuthor(of report: Int64, _ db: Database) throws -> Bool {
        try db.holds(entriesOf: own, in: report)
    }
}

extension Database {
    /// Whether a report has entries of any of these origins.
    func holds(entriesOf origins: some Sequence<Int64>, in report: Int64) throws -> Bool {
        let statement = try cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE report = ? AND place BETWEEN ? AND ?)")
        return try origins.contains { origin in
            try Bool.fetchOne(
                statement,
                arguments: [
                    report, Place(origin: origin, seq: 0).rowID, Place(origin: origin, seq: Limits.seq).rowID,
                ]) ?? false
        }
    }
}
