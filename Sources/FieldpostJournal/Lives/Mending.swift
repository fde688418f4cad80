import FieldpostCore
import Foundation
import GRDB

extension Database {
    /// Brings `origins` in line with the entries, which prove themselves: a rotten or torn head would have seqs issued
    /// again, or entries pulled that are held.
    func mendHeads(codec: any EntryCoding) throws {
        for found in try Row.fetchAll(self, sql: "SELECT * FROM origins ORDER BY number") {
            let number: Int64 = found["number"]
            let first = try entry(at: Place(origin: number, seq: 1), codec: codec)
            let origin = try first?.dot.origin ?? OriginRow(found).origin
            let last = try Row.fetchOne(
                self,
                sql: """
                    SELECT place, chain FROM entries WHERE place > ? AND place <= ? AND chain IS NOT NULL
                    ORDER BY place DESC LIMIT 1
                    """,
                arguments: [Place(origin: number, seq: 0).rowID, Place(origin: number, seq: Limits.seq).rowID])
            let head = last.map { Place(rowID: $0["place"]).seq } ?? 0
            let chain = try last.map { try Hash256(column: $0["chain"]) } ?? Chain.start(of: origin)
            let isRight =
                found["node"] as Data == origin.node.column && found["incarnation"] as Data == origin.incarnation.column
                && found["head"] as Int64 == Int64(head) && found["chain"] as Data == chain.column
            guard !isRight else { continue }
            try execute(
                sql: "UPDATE origins SET node = ?, incarnation = ?, head = ?, chain = ?, receipt = ? WHERE number = ?",
                arguments: [
                    origin.node.column, origin.incarnation.column, Int64(head), chain.column,
                    min(max(found["receipt"] as Int64, 0), Int64(head)), number,
                ])
        }
    }

    /// The sound entry at a place; nil when there is none.
    private func entry(at place: Place, codec: any EntryCoding) throws -> (dot: Dot, bytes: [UInt8])? {
        let row = try Row.fetchOne(
            self, sql: "SELECT place, hash, bytes FROM entries WHERE place = ?", arguments: [place.rowID]
        ).map { EntryRow($0) }
        guard let row, row.isSound, let dot = codec.dot(of: row.bytes), dot.seq == place.seq else { return nil }
        return (dot, row.bytes)
    }
}
