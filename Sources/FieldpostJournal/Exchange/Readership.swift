import FieldpostCore
import GRDB

/// What a gateway may be given of central's journal: entries of its own, and those of reports in its scope. What stands
/// outside of reports, central's acts among it, is nobody else's.
struct Readership {
    private let gateway: Int64?
    /// Numbers of the gateway's origins.
    private let own: Set<Int64>
    private var known: [Int64: Bool] = [:]

    init(_ db: Database, of gateway: NodeID) throws {
        self.gateway = try Int64.fetchOne(
            db, sql: "SELECT number FROM gateways WHERE node = ?", arguments: [gateway.column])
        own = Set(try db.originRows().filter { $0.origin.node == gateway }.map(\.number))
    }

    /// `report`: the one that the entry at the place is filed under, if any.
    mutating func includes(_ place: Place, report: Int64?, _ db: Database) throws -> Bool {
        if own.contains(place.origin) { return true }
        guard let report else { return false }
        return try includes(report: report, db)
    }

    /// The report concerns the gateway, or it wrote to it.
    mutating func includes(report: Int64, _ db: Database) throws -> Bool {
        if let isKnown = known[report] { return isKnown }
        let isIncluded = try isScoped(report, db) || isAuthor(of: report, db)
        known[report] = isIncluded
        return isIncluded
    }

    private func isScoped(_ report: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM scopes WHERE report = ? AND gateway = ?)")
        return try Bool.fetchOne(statement, arguments: [report, gateway]) ?? false
    }

    private func isAuthor(of report: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT DISTINCT place >> 40 FROM entries WHERE report = ?")
        return try Int64.fetchAll(statement, arguments: [report]).contains(where: own.contains)
    }
}
