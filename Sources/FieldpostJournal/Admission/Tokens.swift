package import FieldpostCore
import Foundation
import GRDB

/// An enrollment token as central keeps it: all but its secret.
package struct TokenRecord: Hashable, Sendable {
    package let number: Int
    /// What the gateway shall be called, and the grids whose reports it may see; nil: as it says.
    package let name: String?
    package let grids: [String]?
    /// The gateway that is revoked when this one comes in, with whose name and grids it does unless others stand here.
    package let replaces: NodeID?
    /// Milliseconds since 1970 by central's clock.
    package let madeAt: Int64
    package let endsAt: Int64
    /// Who used it.
    package let gateway: NodeID?

    package init(
        number: Int, name: String?, grids: [String]?, replaces: NodeID? = nil, madeAt: Int64, endsAt: Int64,
        gateway: NodeID?
    ) {
        self.number = number
        self.name = name
        self.grids = grids
        self.replaces = replaces
        self.madeAt = madeAt
        self.endsAt = endsAt
        self.gateway = gateway
    }
}

/// What came of a token.
package struct Redeemed: Hashable, Sendable {
    package let enrollment: Enrollment
    /// The gateway that the new one replaced.
    package let revoked: NodeID?
}

extension Journal {
    /// At central: keeps a new token, which lets in one gateway until `endsAt`. Its number is given here. Returns it.
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
                (token.name.map { " for \($0)" } ?? "") + (token.replaces.map { ", in place of \($0.short)" } ?? "")
            try context.audit("Made token \(number)\(name).", author: author, stamp: stamp)
            return Int(number)
        }
    }

    /// At central: all tokens that were made, newest first, at most `limit`.
    package func tokens(limit: Int = Limits.pageReports) async throws(JournalError) -> [TokenRecord] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM tokens ORDER BY number DESC LIMIT ?", arguments: [limit])
                .map { TokenRecord($0) }
        }
    }

    /// At central: takes a token back that nobody has used. False when there is none with that number.
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

    /// At central: lets a gateway in that shows a token; of many that show the same one, only the first. Shown again by
    /// that same gateway, whose answer may have been lost, it says the same again.
    ///
    /// A token that replaces another gateway revokes that one in the same commit.
    ///
    /// Throws `.violation(notEnrolled)` for a token that is unknown, used or ended, and `.nameTaken`.
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
            throw Self.refusal("the token is unknown here, or was withdrawn")
        }
        if let user = token.gateway {
            guard user == gateway, let known = try db.enrollment(of: gateway), known.state == .enrolled else {
                throw Self.refusal("the token was used before")
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

    /// Nil when central knows no such gateway any more, or the token is used by that same one.
    private mutating func replace(
        _ old: NodeID, by gateway: NodeID, token: Int, stamp: Stamp
    ) throws -> Enrollment? {
        guard old != gateway, var known = try db.enrollment(of: old) else { return nil }
        known.state = .revoked
        try enroll(
            known, account: "Revoked \(known.name) (\(old.short)): \(gateway.short) is in its place.",
            author: "token \(token)", stamp: stamp)
        return known
    }

    private static func refusal(_ reason: String) -> JournalError {
        .violation(Violation(.notEnrolled, reason + ". Ask central's operator for another token"))
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
