package import FieldpostCore
import Foundation
import GRDB

/// What a gateway claimed that central cannot believe. It stands until the gateway claims no such thing any more, or
/// until a person has seen to it, however often it is claimed.
package struct Suspicion: Hashable, Sendable {
    package let gateway: NodeID
    /// What people call the gateway.
    package let name: String
    package let kind: Kind
    /// What was claimed, for people.
    package let account: String

    package enum Kind: String, Hashable, Sendable {
        /// Its receipts name more than central holds, without a proof.
        case receipts
        /// Its place in the feed, or what it read there, is nothing that central handed out, without a proof.
        case feed
        /// It gave entries of others that it cannot have.
        case entries
        /// It gave an entry of another, whose author says otherwise.
        case contradicted
        /// It said hello as more incarnations than one gateway can have been.
        case incarnations
    }
}

extension Journal {
    /// At central: what gateways claimed that cannot be believed, by gateway.
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
    /// Notes what a gateway claimed, once of each kind.
    func suspect(_ gateway: NodeID, _ kind: Suspicion.Kind, _ account: String) throws {
        try db.execute(
            sql: "INSERT OR IGNORE INTO suspicions (gateway, kind, account) VALUES (?, ?, ?)",
            arguments: [gateway.column, kind.rawValue, account])
    }

    /// A gateway claims no such thing any more.
    func trust(_ gateway: NodeID, _ kind: Suspicion.Kind) throws {
        let find = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM suspicions WHERE gateway = ? AND kind = ?)")
        guard try Bool.fetchOne(find, arguments: [gateway.column, kind.rawValue]) == true else { return }
        try db.execute(
            sql: "DELETE FROM suspicions WHERE gateway = ? AND kind = ?", arguments: [gateway.column, kind.rawValue])
    }
}
