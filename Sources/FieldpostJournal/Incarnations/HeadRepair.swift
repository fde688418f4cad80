import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension Database {
    /// Makes the table `origins` agree with the entries, which their hashes prove. With a corrupt or torn head, the
    /// node would issue seqs again, or pull entries that it holds.
    func repairHeads(codec: any EntryCoding) throws {
        for repair in try headRepairs(codec: codec) {
            try execute(
                sql: """
                    UPDATE origins SET node = ?, incarnation = ?, head = ?, chain = ?, receipt = ?, known = ?
                    WHERE number = ?
                    """, arguments: repair)
        }
    }

    /// Returns what `repairHeads` has to write. Throws `.damaged` if a row cannot be repaired.
    func headRepairs(codec: any EntryCoding) throws -> [StatementArguments] {
        try Row.fetchAll(self, sql: "SELECT * FROM origins ORDER BY number").compactMap { found in
            guard let number = found.integer("number"), Place.origins.contains(number) else {
                throw JournalError.damaged(path: JournalFiles.databaseName, reason: "a row of `origins` is damaged")
            }
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
            let stored = last.flatMap { $0.blob("chain") }.flatMap { Hash256(bytes: $0) } ?? Chain.start(of: origin)
            let noted = found.blob("chain").flatMap { Hash256(bytes: $0) }
            // The last chain value is stored in two places. If they differ, the previous chain value and the entry show
            // which one is corrupt.
            let isNoted = try noted != stored && noted == link(to: head, of: number, origin)
            let chain = isNoted ? noted ?? stored : stored
            let isRight = [
                found.blob("node") == origin.node.column,
                found.blob("incarnation") == origin.incarnation.column,
                found.integer("head") == Int64(head),
                found.blob("chain") == chain.column,
                found.integer("receipt").map { (0...Int64(head)).contains($0) } ?? false,
                found.integer("known").map { $0 >= 0 } ?? false,
            ].allSatisfy { $0 }
            guard !isRight else { return nil }
            return [
                origin.node.column, origin.incarnation.column, Int64(head), chain.column,
                min(max(found.integer("receipt") ?? 0, 0), Int64(head)), max(found.integer("known") ?? 0, 0), number,
            ]
        }
    }

    /// Computes H(seq) from the previous chain value and the entry. Returns nil if one of them is missing.
    private func link(to seq: UInt64, of number: Int64, _ origin: Origin) throws -> Hash256? {
        guard seq > 0 else { return Chain.start(of: origin) }
        let select = "SELECT place, hash, bytes, chain FROM entries WHERE place BETWEEN ? AND ? ORDER BY place"
        let places = [Place(origin: number, seq: seq - 1).rowID, Place(origin: number, seq: seq).rowID]
        let rows = try Row.fetchAll(self, sql: select, arguments: StatementArguments(places))
        let before = seq == 1 ? Chain.start(of: origin) : rows.first?.blob("chain").flatMap { Hash256(bytes: $0) }
        guard let before, let last = rows.last.map({ EntryRow($0) }), last.place.seq == seq else { return nil }
        return (last.isSound || last.bytes.isEmpty ? last.hash : nil).map { Chain.link(before, $0) }
    }

    /// Returns the entry at a place if it is sound. Returns nil if there is none.
    private func entry(at place: Place, codec: any EntryCoding) throws -> (dot: Dot, bytes: [UInt8])? {
        let row = try Row.fetchOne(
            self, sql: "SELECT place, hash, bytes FROM entries WHERE place = ?", arguments: [place.rowID]
        ).map { EntryRow($0) }
        guard let row, row.isSound, let dot = codec.dot(of: row.bytes), dot.seq == place.seq else { return nil }
        return (dot, row.bytes)
    }
}
