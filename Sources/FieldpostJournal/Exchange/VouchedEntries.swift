import FieldpostCore
import Foundation
import GRDB

extension WriteContext {
    /// At central: what may be taken of a gateway's answer to a fetch. It speaks for itself; of others it may give
    /// what central proves that it sent to it, and what the hash at its place proves. The rest of a gateway that is
    /// heard out after a restore is kept apart, and what it cannot have held is passed over, with one alarm.
    mutating func vouched(
        _ entries: [SealedEntry], proofs: [Dot: Proof], asked range: Fetch.Range, from gateway: NodeID
    ) throws -> [SealedEntry] {
        var taken: [SealedEntry] = []
        var heard: [SealedEntry] = []
        var refused = 0
        var isOwn = false
        for entry in entries {
            if isProved(entry, by: proofs[entry.dot], to: gateway) {
                taken.append(entry)
            } else if entry.dot.origin.node == gateway, case .run = range {
                taken.append(entry)
            } else if let row = memory.origins[entry.dot.origin], (1...Limits.seq).contains(entry.dot.seq),
                try stands(for: entry, at: Place(origin: row.number, seq: entry.dot.seq))
            {
                taken.append(entry)
            } else if try entry.isWithheld || isHeld(entry) {
                continue
            } else if entry.dot.origin.node == memory.own.node || entry.dot.origin.node == gateway {
                refused += 1
                isOwn = isOwn || entry.dot.origin.node == memory.own.node
            } else if case .foreign = range {
                heard.append(entry)
            } else {
                refused += 1
            }
        }
        refused += try hear(heard, from: gateway)
        if refused > 0 {
            try suspect(
                gateway, .entries,
                "It gave entries of \(isOwn ? "this central node" : "other nodes") that it cannot prove to have had "
                    + "from here.")
        }
        try judgeHearsay(by: taken)
        return taken
    }

    /// What is held at its place is corrupt, and is the same as far as its hash or the chain tells.
    private func stands(for entry: SealedEntry, at place: Place) throws -> Bool {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes, chain FROM entries WHERE place = ?")
        guard !entry.isWithheld, let row = try Row.fetchOne(select, arguments: [place.rowID]) else { return false }
        let held = EntryRow(row)
        guard !held.isSound else { return false }
        let chain = row.blob("chain").flatMap { Hash256(bytes: $0) }
        return try held.hash == entry.hash || held.bytes == entry.bytes || isProved(entry, at: place, by: chain)
    }

    private func isHeld(_ entry: SealedEntry) throws -> Bool {
        guard let row = memory.origins[entry.dot.origin], (1...Limits.seq).contains(entry.dot.seq) else { return false }
        return try held(at: Place(origin: row.number, seq: entry.dot.seq))?.hash == entry.hash
    }
}
