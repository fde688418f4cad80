import FieldpostCore
import Foundation
import GRDB

extension WriteContext {
    /// Moves an entry of an earlier incarnation of this node to the end of the present one, under the same id. If its
    /// context covered moved entries at their old dots, it covers them at their new dots too.
    ///
    /// Returns true if the present incarnation now holds the entry, or if the journal already held it under its id.
    /// Returns false if the entry would lose something by being written again, because its bytes contain more than this
    /// version reads.
    mutating func move(_ sealed: SealedEntry, noting moves: MoveIndex) throws -> Bool {
        guard var entry = sealed.entry, memory.codec.encode(entry) == sealed.bytes else { return false }
        guard try place(of: entry.id) == nil else { return true }
        var row = try origin(memory.own)
        let seq = row.head + 1
        entry.dot = Dot(memory.own, seq)
        if entry.kind.concernsReport {
            entry.previousSeq = try moves.latest(of: entry.report)
            if let covered = try moves.latest(of: entry.report, coveredBy: entry.context) {
                entry.context.include(Dot(memory.own, covered))
            }
        }
        let moved = memory.codec.open(memory.codec.encode(entry), at: entry.dot)
        guard moved.entry == entry, moved.bytes.count <= Limits.entryBytes else { return false }
        row.head = seq
        row.chain = Chain.link(row.chain, moved.hash)
        setOrigin(row)
        try store([Arrival(entry: moved, place: Place(origin: row.number, seq: seq), chain: row.chain)])
        try moves.add(entry.report, from: sealed.dot, to: seq)
        return true
    }
}
