package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At central: stores a new token, which enrolls one gateway until `endsAt`. Returns the number that the token got.
    package func keep(
        _ token: TokenRecord, secret: Hash256, author: String, stamp: Stamp
    ) async throws(JournalError) -> Int {
        try await queue.write { context in
            try context.db.execute(
                sql: "INSERT INTO tokens (hash, name, grids, replaces, made, ends) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [
                    secret.column, token.name, token.grids?.joined(separator: "\n"), token.replaces?.column,
                    token.madeAt, token.endsAt,
                ])
            let number = context.db.lastInsertedRowID
            let name =
                (token.name.map { " for \($0)" } ?? "") + (token.replaces.map { ", which replaces \($0.short)" } ?? "")
            try context.audit("Made token \(number)\(name).", author: author, stamp: stamp)
            return Int(number)
        }
    }

    /// At central: returns all tokens, newest first, at most `limit`.
    package func tokens(limit: Int) async throws(JournalError) -> [TokenRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM tokens ORDER BY number DESC LIMIT ?", arguments: [limit])
                .map { TokenRecord($0) }
        }
    }

    /// At central: withdraws a token that nobody has used. Returns false if there is no such token.
    package func withdrawToken(
        _ number: Int, author: String, stamp: Stamp
    ) async throws(JournalError) -> Bool {
        try await queue.write { context in
            try context.db.execute(
                sql: "DELETE FROM tokens WHERE number = ? AND gateway IS NULL", arguments: [number])
            guard context.db.changesCount > 0 else { return false }
            try context.audit("Withdrew token \(number).", author: author, stamp: stamp)
            return true
        }
    }

    /// At central: enrolls a gateway that presents a token. If several gateways present the same token, only the first
    /// is enrolled. If that gateway presents it again, because the answer was lost, it gets the same answer.
    ///
    /// A token that replaces another gateway revokes that gateway in the same commit.
    ///
    /// Throws `.violation(notEnrolled)` if the token is unknown, used or expired, and `.nameTaken`.
    package func redeem(
        _ secret: TokenSecret, of gateway: NodeID, asking enroll: Enroll, stamp: Stamp
    ) async throws(JournalError) -> Redeemed {
        let hash = secret.hash
        return try await queue.write { context in
            try context.redeem(hash, of: gateway, asking: enroll, stamp: stamp)
        }
    }
}

extension WriteContext {
    fileprivate mutating func redeem(
        _ hash: Hash256, of gateway: NodeID, asking enroll: Enroll, stamp: Stamp
    ) throws -> Redeemed {
        let row = try Row.fetchOne(db, sql: "SELECT * FROM tokens WHERE hash = ?", arguments: [hash.column])
        guard let token = row.map({ TokenRecord($0) }) else {
            throw Self.refusal("central does not know this token; it may have been withdrawn")
        }
        if let user = token.gateway {
            guard user == gateway, let known = try db.enrollment(of: gateway), known.state == .enrolled else {
                throw Self.refusal("the token has already been used")
            }
            return Redeemed(enrollment: known, revoked: nil)
        }
        guard stamp.wallMilliseconds < token.endsAt else { throw Self.refusal("the token has expired") }
        let revoked = try token.replaces.flatMap { try replace($0, by: gateway, token: token.number, stamp: stamp) }
        let enrollment = Enrollment(
            gateway: gateway, name: token.name ?? revoked?.name ?? enroll.name,
            grids: token.grids ?? revoked?.grids ?? enroll.grids)
        try db.execute(
            sql: "UPDATE tokens SET gateway = ? WHERE number = ?", arguments: [gateway.column, token.number])
        try self.enroll(
            enrollment, account: "Enrolled \(enrollment.name) (\(gateway.short)) by token \(token.number).",
            author: "token \(token.number)", stamp: stamp)
        return Redeemed(enrollment: enrollment, revoked: revoked?.gateway)
    }

    /// Returns nil if central no longer knows the old gateway, or if the old gateway itself uses the token.
    private mutating func replace(
        _ old: NodeID, by gateway: NodeID, token: Int, stamp: Stamp
    ) throws -> Enrollment? {
        guard old != gateway, var known = try db.enrollment(of: old) else { return nil }
        known.state = .revoked
        try enroll(
            known, account: "Revoked \(known.name) (\(old.short)): \(gateway.short) replaces it.",
            author: "token \(token)", stamp: stamp)
        return known
    }

    private static func refusal(_ reason: String) -> JournalError {
        .violation(Violation(.notEnrolled, reason + ". Ask central's operator for a new token"))
    }
}

extension TokenRecord {
    fileprivate init(_ row: Row) {
        self.init(
            number: Int(row.integer("number") ?? 0), name: row.text("name"),
            grids: row.text("grids").map { $0.split(separator: "\n").map(String.init) },
            replaces: row.blob("replaces").flatMap { NodeID(bytes: $0) },
            madeAt: row.integer("made") ?? 0, endsAt: row.integer("ends") ?? 0,
            gateway: row.blob("gateway").flatMap { NodeID(bytes: $0) })
    }
}
