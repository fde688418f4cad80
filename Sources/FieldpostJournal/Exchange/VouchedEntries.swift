import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

extension WriteContext {
    /// At central: selects which entries of a gateway's answer to a fetch are stored. A gateway may give its own
    /// entries. It may give an entry of others if a proof shows that central sent it to this gateway, or if the hash or
    /// the chain at its place proves it. The remaining entries are stored as unconfirmed if central was restored and
    /// has not yet fetched everything from this gateway. Entries that the gateway cannot have held are dropped, with
    /// one alarm.
    mutating func vouched(
        _ entries: [SealedEntry], proofs: [Dot: Proof], asked range: Fetch.Range, from gateway: NodeID
    ) throws -> [SealedEntry] {
        var taken: [SealedEntry] = []
        var others: [SealedEntry] = []
        var refused = 0
        var isOwn = false
        for entry in entries {
            if isProved(entry, by: proofs[entry.dot], to: gateway) {
                taken.append(entry)
            } else if entry.dot.origin.node == gateway, case .run = range {
                taken.append(entry)
            } else if let row = memory.origins[entry.dot.origin], (1...Limits.seq).contains(entry.dot.seq),
                try matchesCorrupt(entry, at: Place(origin: row.number, seq: entry.dot.seq))
            {
                taken.append(entry)
            } else if try entry.isWithheld || isHeld(entry) {
                continue
            } else if entry.dot.origin.node == memory.own.node || entry.dot.origin.node == gateway {
                refused += 1
                isOwn = isOwn || entry.dot.origin.node == memory.own.node
            } else if case .foreign = range {
                others.append(entry)
            } else {
                refused += 1
            }
        }
        refused += try keepUnconfirmed(others, from: gateway)
        if refused > 0 {
            try suspect(
                gateway, .entries,
                "It gave entries of \(isOwn ? "this central node" : "other nodes") but cannot prove that this node "
                    + "sent them.")
        }
        try judgeHearsay(by: taken)
        return taken
    }

    /// Whether a corrupt entry is held at the place, and the hash or the chain proves that this is the same entry.
    private func matchesCorrupt(_ entry: SealedEntry, at place: Place) throws -> Bool {
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
