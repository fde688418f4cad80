import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package func backlog() async throws(JournalError) -> JournalBacklog {
        try await read { [node = origin.node, codec] db in
            var backlog = JournalBacklog()
            for row in try db.originRows(of: node) where row.receipt < row.head {
                backlog.entries += row.head - row.receipt
                let next = Place(origin: row.number, seq: row.receipt + 1)
                if backlog.oldestEntry == nil { backlog.oldestEntry = try db.stamp(at: next.rowID, codec) }
            }
            let urgent = try Row.fetchOne(db, sql: "SELECT count(*) AS count, min(place) AS place FROM urgent")
            backlog.urgent = UInt64(clamping: urgent?.integer("count") ?? 0)
            if let place = urgent?.integer("place") { backlog.oldestUrgent = try db.stamp(at: place, codec) }
            let photo = try Row.fetchOne(
                db,
                sql: """
                    SELECT place FROM blobs JOIN attachments ON blob = number WHERE NOT held ORDER BY number, place
                    LIMIT 1
                    """)
            if let place = photo?.integer("place") { backlog.oldestPhoto = try db.stamp(at: place, codec) }
            return backlog
        }
    }
}

extension Database {
    /// When the entry at a place was made. Nil if it cannot be read.
    func stamp(at place: Int64, _ codec: any EntryCoding) throws -> Stamp? {
        let select = try cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE place = ?")
        guard let row = try Row.fetchOne(select, arguments: [place]).map({ EntryRow($0) }), row.isSound,
            let origin = try originRow(number: row.place.origin)?.origin
        else { return nil }
        return codec.open(row.bytes, at: Dot(origin, row.place.seq)).entry?.stamp
    }
}
