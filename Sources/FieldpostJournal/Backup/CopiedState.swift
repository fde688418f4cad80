package import FieldpostCore
package import FieldpostStore
import GRDB

/// What a journal holds at one moment. The copy of a journal has the same.
package struct CopiedState: Hashable, Sendable {
    package let node: NodeID
    package let role: Role
    package let incarnation: Incarnation
    /// Of each origin: how far its entries are held without a gap.
    package let heads: [Head]
    package let reports: ReportsDigest

    init(_ db: Database, codec: any EntryCoding) throws {
        guard let row = try Row.fetchOne(db, sql: "SELECT node, incarnation, role FROM identity"),
            let node = row.blob("node").flatMap({ NodeID(bytes: $0) }),
            let incarnation = row.blob("incarnation").flatMap({ Incarnation(bytes: $0) }),
            let role = row.integer("role").flatMap({ UInt8(exactly: $0) }).flatMap(Role.init(rawValue:))
        else { throw CopyError.damaged("it does not say which node it belongs to") }
        self.node = node
        self.incarnation = incarnation
        self.role = role
        heads = try db.originRows().map(\.position)
        reports = try ReportsDigest(db, scope: nil, codec: codec)
    }
}

/// An entry of a journal that a copy has only with its hash, because it tells of a password or a token.
package struct CopiedSecret: Hashable, Sendable {
    /// The row of the entry, in this journal.
    package let place: Int64
    package let bytes: [UInt8]

    package init(place: Int64, bytes: [UInt8]) { (self.place, self.bytes) = (place, bytes) }
}
