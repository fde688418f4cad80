import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: returns the claims of gateways that central cannot believe, in the order in which they first came.
    package func suspicions() async throws(JournalError) -> [Suspicion] {
        try await read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT suspicions.gateway, kind, account, coalesce(enrollments.name, gateways.name, '') AS name
                    FROM suspicions LEFT JOIN gateways ON gateways.node = suspicions.gateway
                    LEFT JOIN enrollments ON enrollments.gateway = suspicions.gateway ORDER BY suspicions.number
                    """
            ).compactMap { row in
                guard let gateway = row.blob("gateway").flatMap({ NodeID(bytes: $0) }),
                    let kind = row.text("kind").flatMap(Suspicion.Kind.init(rawValue:))
                else { return nil }
                return Suspicion(
                    gateway: gateway, name: row.text("name") ?? "", kind: kind, account: row.text("account") ?? "")
            }
        }
    }
}

extension WriteContext {
    /// Stores a gateway's claim. Each kind is stored once per gateway.
    func suspect(_ gateway: NodeID, _ kind: Suspicion.Kind, _ account: String) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO suspicions (gateway, kind, account) VALUES (?, ?, ?)",
            arguments: [gateway.column, kind.rawValue, account])
    }

    /// The gateway no longer makes such a claim.
    func trust(_ gateway: NodeID, _ kind: Suspicion.Kind) throws {
        let find = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM suspicions WHERE gateway = ? AND kind = ?)")
        guard try Bool.fetchOne(find, arguments: [gateway.column, kind.rawValue]) == true else { return }
        try db.execute(
            sql: "DELETE FROM suspicions WHERE gateway = ? AND kind = ?", arguments: [gateway.column, kind.rawValue])
    }
}
