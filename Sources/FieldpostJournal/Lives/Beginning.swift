import FieldpostCore
import Foundation
import GRDB

extension WriteContext {
    /// Whether a cause for a new incarnation still stands.
    func calls(for cause: Renewal.Cause) -> Bool {
        switch cause {
        case .rewound(let origin, _, _), .laterLife(let origin): origin == memory.own
        case .forked(let origin, let after), .broken(let origin, let after):
            (memory.origins[origin]?.head ?? 0) > after && memory.origins[origin]?.forked ?? .max > after
        default: true
        }
    }

    /// Begins a new incarnation: no seq of the present one is issued again. Its first entry is the incident that says
    /// why; own entries that a peer holds otherwise are moved to it under the same entry ids.
    mutating func begin(_ renewal: Renewal) throws {
        let last = memory.own
        var predecessor = last.incarnation
        if case .restored(_, let known?) = renewal.cause { predecessor = known }
        let own = Origin(node: last.node, incarnation: memory.newIncarnation())
        memory.identity = JournalIdentity(origin: own, predecessor: predecessor)
        try db.execute(
            sql: "UPDATE identity SET incarnation = ?, predecessor = ?",
            arguments: [own.incarnation.column, predecessor.column])

        let parting = PlantedFault.isPlanted(.keepPlaceOnFork) ? nil : renewal.cause.parting
        let moved = try parting.map { parting in
            try takeOwn(of: parting.origin, after: parting.agreed)
        }
        var account = renewal.cause.account + " Nothing that other nodes hold is lost; what is missing comes back."
        if let moved, !moved.isEmpty { account += " \(moved.count) entries of this node were moved to a new life." }
        try record(account, stamp: renewal.stamp)
        if let moved { try rewrite(moved) }
        if memory.role == .central { try db.execute(sql: "UPDATE gateways SET recalled = \(RecallState.wanted)") }
    }

    /// Writes an incident as this node's next entry.
    mutating func record(_ account: String, stamp: Stamp) throws {
        let seq = try origin(memory.own).head + 1
        // The id follows from the dot, so that nothing here draws on chance.
        let id = EntryID(memory.own.incarnation.value &+ UInt128(seq))
        let incident = Entry(
            id: id, dot: Dot(memory.own, seq), kind: .incident, report: .none, previousSeq: 0, clock: VersionVector(),
            depth: 1, author: "fieldpost", stamp: stamp, change: Change(notes: [Note(text: account)]))
        try store([try link(incident)])
    }

    // MARK: Moving own entries

    /// Moves this node's entries of an earlier life after a seq to the present one, under the same ids.
    mutating func moveOwn(of origin: Origin, after agreed: UInt64) throws {
        try rewrite(try takeOwn(of: origin, after: agreed))
    }

    /// Takes this node's entries of an origin after a seq out of their places. What cannot be read is kept among the
    /// orphans.
    private mutating func takeOwn(of origin: Origin, after agreed: UInt64) throws -> [Entry] {
        guard var row = memory.origins[origin], origin.node == memory.own.node else { return [] }
        let places = [Place(origin: row.number, seq: agreed).rowID, Place(origin: row.number, seq: Limits.seq).rowID]
        let select = "SELECT place, hash, bytes FROM entries WHERE place > ? AND place <= ? ORDER BY place"
        var taken: [Entry] = []
        for found in try Row.fetchAll(db, sql: select, arguments: StatementArguments(places)) {
            let sealed = try open(found)
            if let entry = sealed.entry {
                taken.append(entry)
            } else if case .quarantined(let reason) = sealed.content {
                try db.execute(
                    sql: "INSERT INTO orphans (origin, seq, bytes, reason) VALUES (?, ?, ?, ?)",
                    arguments: [row.number, Int64(sealed.dot.seq), Data(sealed.bytes), reason])
            }
        }
        guard let chain = try db.chain(of: row, at: agreed) else { return [] }
        for table in ["keys", "unread", "settled", "entries"] {
            try db.execute(
                sql: "DELETE FROM \(table) WHERE place > ? AND place <= ?", arguments: StatementArguments(places))
        }
        row.head = agreed
        row.chain = chain
        row.receipt = min(row.receipt, agreed)
        row.forked = min(row.forked ?? agreed, agreed)
        row.isSparse = false
        setOrigin(row)
        return taken
    }

    /// Writes entries again under the present origin: the same ids, changes, stamps and depths. A clock that named one
    /// of them at its old dot names its new one.
    private mutating func rewrite(_ entries: [Entry]) throws {
        guard let old = entries.first?.dot.origin else { return }
        let agreed = memory.origins[old]?.forked ?? 0
        var lastOfReport: [ReportID: UInt64] = [:]
        /// Old seqs, ascending, and the new ones.
        var moves: [(old: UInt64, new: UInt64)] = []
        var arrivals: [Arrival] = []
        for var entry in entries {
            let seq = try origin(memory.own).head + 1
            let claimed = entry.clock[old]
            entry.clock.cap(old, at: agreed)
            if claimed > agreed, let seen = moves.last(where: { $0.old <= claimed }) {
                entry.clock.include(Dot(memory.own, seen.new))
            }
            moves.append((entry.dot.seq, seq))
            entry.dot = Dot(memory.own, seq)
            if entry.kind != .incident {
                entry.previousSeq = lastOfReport[entry.report] ?? 0
                lastOfReport[entry.report] = seq
            }
            arrivals.append(try link(entry))
        }
        try store(arrivals)
    }
}
