import FieldpostCore
import FieldpostStore
import GRDB

/// What arrived entries claim to have seen, as far as central cannot confirm it.
struct UnconfirmedClaims {
    /// What central cuts, because it is false.
    var cuts: [ReportID: [ContextCut]] = [:]
    /// The seqs that an entry at a place claims to have seen, which only their author can deny.
    var open: [(place: Place, origin: Origin, seq: UInt64)] = []
}

/// Limits what one node may claim to have seen.
extension WriteContext {
    /// At central: finds entries of a gateway that claim to have seen entries beyond what central holds. A gateway
    /// knows the entries of others only through central, so an honest one claims such an entry only if central has lost
    /// it.
    ///
    /// Central is always certain about its own seqs. A central node that was never restored from a copy has lost
    /// nothing. Otherwise it is certain beyond what the other gateway had written when it said hello to the present
    /// incarnation of central. A claim about a gateway that has not said hello since is kept until then
    /// (`judgeClaims`). What a gateway claims about its own node affects no other node.
    func unconfirmedClaims(in arrivals: [Arrival]) throws -> UnconfirmedClaims {
        var claims = UnconfirmedClaims()
        guard memory.role == .central else { return claims }
        let isRestored = isRestored
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport, entry.dot.origin.node != memory.own.node
            else { continue }
            var beyond: [(origin: Origin, seq: UInt64)] = []
            entry.context.forEach { origin, seq in
                guard origin.node != entry.dot.origin.node else { return }
                let row = memory.origins[origin]
                guard seq > max(row?.head ?? 0, row?.known ?? 0) else { return }
                beyond.append((origin, seq))
            }
            var seqs: [Origin: UInt64] = [:]
            for (origin, seq) in beyond {
                let row = memory.origins[origin]
                if origin == memory.own {
                    seqs[origin] = row?.head ?? 0
                } else if origin.node == memory.own.node {
                    continue
                } else if !isRestored {
                    if let row, !row.isSparse { seqs[origin] = row.head }
                } else if let written = try written(by: origin) {
                    let held = max(row?.head ?? 0, row?.known ?? 0, written)
                    if seq > held { seqs[origin] = held }
                } else {
                    claims.open.append((arrival.place, origin, seq))
                }
            }
            if !seqs.isEmpty { claims.cuts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: seqs)) }
        }
        return claims
    }

    /// Whether this journal may lack entries that it once held.
    private var isRestored: Bool {
        memory.identity.predecessor != nil
            || !memory.origins.of(memory.own.node).allSatisfy { $0.origin == memory.own }
    }

    /// What a gateway had written under an origin when it last said hello to the present incarnation of central. Nil if
    /// it has not said hello to it.
    private func written(by origin: Origin) throws -> UInt64? {
        let written = try Int64.fetchOne(
            db, sql: "SELECT written FROM incarnations WHERE node = ? AND incarnation = ? AND greeted = ?",
            arguments: [origin.node.column, origin.incarnation.column, memory.own.incarnation.column])
        return written.map { UInt64(clamping: $0) }
    }

    /// Keeps claims until the author of what is claimed says hello.
    func keep(_ claims: [(place: Place, origin: Origin, seq: UInt64)]) throws {
        for claim in claims {
            try db.execute(
                sql: "INSERT OR REPLACE INTO claims (node, incarnation, place, seq) VALUES (?, ?, ?, ?)",
                arguments: [
                    claim.origin.node.column, claim.origin.incarnation.column, claim.place.rowID,
                    Int64(clamping: claim.seq),
                ])
        }
    }

    /// At a central node that was restored: a gateway says how much it has written under its present origin. Whatever
    /// claims to have seen more is false, and is cut.
    mutating func judgeClaims(by hello: Hello) throws {
        let present = Origin(node: hello.node, incarnation: hello.incarnation)
        guard memory.role == .central, isRestored, let head = hello.heads.first(where: { $0.origin == present }) else {
            return
        }
        let keys: StatementArguments = [hello.node.column, hello.incarnation.column]
        try db.execute(
            sql: "UPDATE incarnations SET greeted = ?, written = ? WHERE node = ? AND incarnation = ?",
            arguments: [memory.own.incarnation.column, Int64(clamping: head.seq)] + keys)
        let row = memory.origins[present]
        let held = max(row?.head ?? 0, row?.known ?? 0, head.seq)
        let places = try Int64.fetchAll(
            db,
            sql: """
                SELECT place FROM claims JOIN entries USING (place)
                WHERE node = ? AND incarnation = ? AND seq > ? AND report IS NOT NULL ORDER BY place
                """, arguments: keys + [Int64(clamping: held)])
        try db.execute(sql: "DELETE FROM claims WHERE node = ? AND incarnation = ?", arguments: keys)
        var cuts: [ReportID: [ContextCut]] = [:]
        for place in places.map(Place.init(rowID:)) {
            guard let author = memory.origins[place.origin]?.origin,
                let entry = try entry(at: Dot(author, place.seq))
            else { continue }
            cuts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: [present: held]))
        }
        try cut(cuts)
    }

    /// Writes the false claims in others' contexts as entries of this node, several cuts in each, and records an
    /// incident.
    mutating func cut(_ cuts: [ReportID: [ContextCut]]) throws {
        for (report, cuts) in cuts.sorted(by: { $0.key < $1.key }) where !cuts.isEmpty {
            var left = cuts.sorted { $0.dot < $1.dot }[...]
            while !left.isEmpty {
                let some = left.prefix(Limits.cutsInEntry)
                left = left.dropFirst(some.count)
                try append(Array(some), to: report)
            }
            for node in Set(cuts.map(\.dot.origin.node)).sorted() {
                try recordOnce(
                    "\(title(of: node)) sent entries of report \(report) that claim to have seen entries that were not "
                        + "written yet. The false claims are ignored and hide nothing. Check who has access to that "
                        + "gateway. To shut it out, run `fieldpost gateways revoke`.",
                    about: "claims \(node)")
            }
        }
    }

    private mutating func append(_ cuts: [ContextCut], to report: ReportID) throws {
        guard let number = try number(of: report) else { return }
        let previous = try lastOwnSeq(in: number)
        let seq = try origin(memory.own).head + 1
        var entry = Entry(
            id: EntryID(0), dot: Dot(memory.own, seq), report: report, previousSeq: previous, context: VersionVector(),
            depth: 1, author: "fieldpost", stamp: moment, change: Change(cuts: cuts))
        // The id follows from the contents, so that it does not depend on chance. If this node was restored from a copy
        // and writes another cut under the same seq, that cut gets another id.
        let hash = Hash256(hashing: memory.codec.encode(entry))
        guard let id = EntryID(bytes: hash.bytes.prefix(EntryID.byteCount)) else { return }
        entry.id = id
        try store([try link(entry)])
    }

    /// Cuts the claims of entries that say they have seen what this node is about to write. That is impossible.
    mutating func cutClaims(onNextOf report: ReportID) throws {
        guard let number = try number(of: report) else { return }
        let head = try origin(memory.own).head
        let liars = Report.claimants(of: Dot(memory.own, head + 1), among: try readEntries(of: number).map(\.entry))
        try cut([report: liars.map { ContextCut(dot: $0, seqs: [memory.own: head]) }])
    }
}
