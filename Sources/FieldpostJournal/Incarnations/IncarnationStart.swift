import FieldpostCore
import GRDB

extension WriteContext {
    /// Whether a cause for a new incarnation still applies.
    func calls(for cause: IncarnationStart.Cause) -> Bool {
        switch cause {
        case .rewound(let origin, _, _), .laterIncarnation(let origin): origin == memory.own
        case .forked(let origin, let after), .broken(let origin, let after):
            (memory.origins[origin]?.head ?? 0) > after && memory.origins[origin]?.forked ?? .max > after
        default: true
        }
    }

    /// Begins a new incarnation if a peer holds entries of the present one that this journal lacks, or other entries at
    /// the same dots: this node was restored from a copy. Returns whether it did.
    mutating func begin(contradictedBy entries: [SealedEntry], from peer: NodeID, stamp: Stamp) throws -> Bool {
        let row = try origin(memory.own)
        for entry in entries where entry.dot.origin == row.origin && !entry.isWithheld {
            let seq = entry.dot.seq
            let cause: IncarnationStart.Cause
            if seq > row.head {
                cause = .rewound(row.origin, held: row.head, peer: seq)
            } else if let held = try held(at: Place(origin: row.number, seq: seq)), held.isSound,
                held.hash != entry.hash
            {
                cause = .forked(row.origin, agreed: seq - 1)
            } else {
                continue
            }
            try begin(IncarnationStart(memory.role == .central ? .centralRestored(gateway: peer) : cause, stamp: stamp))
            return true
        }
        return false
    }

    /// Begins a new incarnation. No seq of the present one is issued again. The first entry is the incident that says
    /// why. Own entries that differ from those of a peer move to the new incarnation under the same entry ids.
    mutating func begin(_ start: IncarnationStart) throws {
        let last = memory.own
        var predecessor = last.incarnation
        if case .restored(_, let known?) = start.cause { predecessor = known }
        if memory.role == .central {
            // Central knows its earlier incarnations by their rows, even those without entries. See `hasUsed`.
            for incarnation in [last.incarnation, predecessor] {
                _ = try origin(Origin(node: last.node, incarnation: incarnation))
            }
        }
        let own = Origin(node: last.node, incarnation: memory.newIncarnation())
        memory.identity = JournalIdentity(origin: own, predecessor: predecessor)
        try db.execute(
            sql: "UPDATE identity SET incarnation = ?, predecessor = ?",
            arguments: [own.incarnation.column, predecessor.column])

        let divergence = try start.cause.divergence.map {
            (origin: $0.origin, agreed: try lastProvenSeq($0.origin, upTo: $0.agreed))
        }
        let moved = try divergence.map { divergence in
            try takeOwn(of: divergence.origin, after: divergence.agreed)
        }
        var account = start.cause.account + " Nothing that other nodes hold is lost: what is missing comes back."
        if let moved, !moved.isEmpty {
            account += " \(moved.count) entries of this node were moved to a new incarnation."
        }
        try record(account, stamp: start.stamp)
        if let moved, let divergence { try rewrite(moved, after: divergence.agreed) }
        if memory.role == .central { try db.execute(sql: "UPDATE gateways SET fetched = \(FetchState.wanted)") }
    }

    /// Writes an incident as this node's next entry.
    mutating func record(_ account: String, stamp: Stamp) throws {
        let seq = try origin(memory.own).head + 1
        // The id follows from the dot, so that it does not depend on chance.
        let id = EntryID(memory.own.incarnation.value &+ UInt128(seq))
        let incident = Entry(
            id: id, dot: Dot(memory.own, seq), kind: .incident, report: .none, previousSeq: 0, context: VersionVector(),
            depth: 1, author: "fieldpost", stamp: stamp, change: Change(notes: [Note(text: account)]))
        try store([try link(incident)])
    }
}
