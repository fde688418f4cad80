import FieldpostCore
import FieldpostStore
import GRDB

/// What arrived entries claim to have seen, as far as central cannot confirm it.
struct UnconfirmedClaims {
    /// What central cuts, because nobody can have seen it.
    var lies: [ReportID: [ContextCut]] = [:]
    /// What central cuts, because it is not known whether anybody can have seen it.
    var doubts: [ReportID: [ContextCut]] = [:]
    /// The seqs that an entry at a place claims to have seen. They are judged when their author says hello.
    var open: [(place: Place, origin: Origin, seq: UInt64)] = []
}

/// The cuts that stand in one report, so that it is read once for all of its entries that are written again.
struct ReportCuts {
    var report: ReportID?
    var cuts: [Dot: [Origin: UInt64]] = [:]
}

/// What a gateway said about one of its origins in its last hello to the present incarnation of central.
private struct Greeting {
    /// The gateway had written 1…written.
    let written: UInt64
    /// Central once held 1…proven durably: the gateway has central's proof.
    let proven: UInt64
}

/// Limits what one node may claim to have seen.
extension WriteContext {
    /// At central: finds entries of a gateway that claim to have seen entries beyond what central holds. A gateway
    /// knows the entries of others only through central, so an honest one claims such an entry only if central has lost
    /// it.
    ///
    /// Central is always certain about its own seqs. A central node that was never restored from a copy has lost
    /// nothing. Otherwise it learns from the hello of the other gateway how much that gateway has written, and how much
    /// of that central ever held. A claim that comes before this hello is kept until then (`judgeClaims`). What a
    /// gateway claims about its own node affects no other node.
    func unconfirmedClaims(in arrivals: [Arrival]) throws -> UnconfirmedClaims {
        var claims = UnconfirmedClaims()
        guard memory.role == .central else { return claims }
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport, entry.dot.origin.node != memory.own.node
            else { continue }
            var beyond: [(origin: Origin, seq: UInt64)] = []
            entry.context.forEach { origin, seq in
                if origin.node != entry.dot.origin.node, seq > held(of: origin) { beyond.append((origin, seq)) }
            }
            try beyond.removeAll { try isHeldEarly(Dot($0.origin, $0.seq), of: entry.report) }
            guard !beyond.isEmpty else { continue }
            var (lies, doubts): ([Origin: UInt64], [Origin: UInt64]) = ([:], [:])
            for (origin, seq) in beyond {
                if origin == memory.own {
                    lies[origin] = held(of: origin)
                } else if origin.node == memory.own.node {
                    continue
                } else if !isRestored {
                    // Where others gave entries back, central does not know what else the author has written.
                    if let row = memory.origins[origin], !row.isSparse || memory.early.contains(row.number) {
                        lies[origin] = row.head
                    }
                } else if let greeting = try greeting(of: origin) {
                    let seen = max(held(of: origin), greeting.proven)
                    if seq > max(seen, greeting.written) {
                        lies[origin] = seen
                    } else if seq > seen {
                        doubts[origin] = seen
                    }
                } else if memory.gateways[origin.node] != nil {
                    claims.open.append((arrival.place, origin, seq))
                }
            }
            if !lies.isEmpty { claims.lies[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: lies)) }
            if !doubts.isEmpty {
                claims.doubts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: doubts))
            }
        }
        return claims
    }

    /// An entry of another node as central may write it again. Cuts name a dot, so they do not follow the entry to its
    /// new one: it claims only what its cuts leave, and of other nodes only what central can confirm now.
    func withConfirmedClaims(_ entry: Entry, _ known: inout ReportCuts) throws -> Entry {
        guard memory.role == .central, entry.dot.origin.node != memory.own.node,
            let number = try number(of: entry.report)
        else { return entry }
        if known.report != entry.report {
            known = ReportCuts(report: entry.report, cuts: Report.cuts(among: try readEntries(of: number).map(\.entry)))
        }
        var confirmed = entry
        if let cuts = known.cuts[entry.dot] { confirmed.context = confirmed.context.capped(cuts) }
        for (origin, seq) in confirmed.context.pairs where origin.node != entry.dot.origin.node {
            guard seq > held(of: origin), try !isHeldEarly(Dot(origin, seq), of: entry.report) else { continue }
            confirmed.context.cap(origin, at: held(of: origin))
        }
        return confirmed
    }

    /// Entries of an origin that central holds, or that others may have from another central node.
    private func held(of origin: Origin) -> UInt64 {
        memory.origins[origin].map { max($0.head, $0.known) } ?? 0
    }

    /// Whether this journal may lack entries that it once held.
    private var isRestored: Bool {
        memory.identity.predecessor != nil
            || !memory.origins.of(memory.own.node).allSatisfy { $0.origin == memory.own }
    }

    private func greeting(of origin: Origin) throws -> Greeting? {
        let row = try Row.fetchOne(
            db, sql: "SELECT written, proven FROM incarnations WHERE node = ? AND incarnation = ? AND greeted = ?",
            arguments: [origin.node.column, origin.incarnation.column, memory.own.incarnation.column])
        return row.map {
            Greeting(
                written: UInt64(clamping: $0["written"] as Int64), proven: UInt64(clamping: $0["proven"] as Int64))
        }
    }

    /// Keeps claims until the author of what is claimed says hello. Those beyond the limit are cut at once.
    mutating func keep(_ claims: [(place: Place, origin: Origin, seq: UInt64)]) throws {
        guard !claims.isEmpty else { return }
        let kept = try Int.fetchOne(db, sql: "SELECT count(*) FROM claims") ?? 0
        let room = max(0, Limits.openClaims - kept)
        for claim in claims.prefix(room) {
            try db.execute(
                sql: "INSERT OR REPLACE INTO claims (node, incarnation, place, seq) VALUES (?, ?, ?, ?)",
                arguments: [
                    claim.origin.node.column, claim.origin.incarnation.column, claim.place.rowID,
                    Int64(clamping: claim.seq),
                ])
        }
        var cuts: [Place: [Origin: UInt64]] = [:]
        for claim in claims.dropFirst(room) { cuts[claim.place, default: [:]][claim.origin] = held(of: claim.origin) }
        for (place, seqs) in cuts.sorted(by: { $0.key.rowID < $1.key.rowID }) { try cut(seqs, at: [place.rowID]) }
    }

    /// At central: how much others may have seen of an origin that this journal meets only now.
    func seen(of head: Head, by hello: Hello) -> UInt64 {
        isRestored && head.origin.incarnation == hello.incarnation ? proven(of: head, by: hello) : head.seq
    }

    /// How much of an origin this node held durably at some time, as its author proves. Without TLS there is no proof.
    private func proven(of head: Head, by hello: Hello) -> UInt64 {
        guard let key = memory.proofKey else { return head.seq }
        let proven = hello.receipts.filter { receipt in
            receipt.head.origin == head.origin
                && receipt.proof.map { key.proves($0, receipt.head, to: hello.node) } ?? false
        }
        return proven.map(\.head.seq).max() ?? 0
    }

    /// At a central node that was restored: a gateway says how much it has written under its present origin. What
    /// claims to have seen more is false. What claims to have seen an entry without a proof that central ever held it
    /// is doubtful. Both are cut.
    mutating func judgeClaims(by hello: Hello) throws {
        let present = Origin(node: hello.node, incarnation: hello.incarnation)
        guard memory.role == .central, isRestored, let head = hello.heads.first(where: { $0.origin == present }) else {
            return
        }
        let proven = proven(of: head, by: hello)
        let keys: StatementArguments = [hello.node.column, hello.incarnation.column]
        try db.execute(
            sql: "UPDATE incarnations SET greeted = ?, written = ?, proven = ? WHERE node = ? AND incarnation = ?",
            arguments: [memory.own.incarnation.column, Int64(clamping: head.seq), Int64(clamping: proven)] + keys)
        let seen = max(held(of: present), proven)
        let claims = try Row.fetchAll(
            db, sql: "SELECT place, seq FROM claims WHERE node = ? AND incarnation = ? AND seq > ? ORDER BY place",
            arguments: keys + [Int64(clamping: seen)])
        try db.execute(sql: "DELETE FROM claims WHERE node = ? AND incarnation = ?", arguments: keys)
        let written = Int64(clamping: max(seen, head.seq))
        let lies = claims.filter { $0["seq"] > written }.map { $0["place"] as Int64 }
        let doubts = claims.filter { $0["seq"] <= written }.map { $0["place"] as Int64 }
        try cut([present: seen], at: lies, isCertain: true)
        try cut([present: seen], at: doubts)
    }

    /// Cuts the contexts of the merged entries at these places.
    private mutating func cut(_ seqs: [Origin: UInt64], at places: [Int64], isCertain: Bool = false) throws {
        var cuts: [ReportID: [ContextCut]] = [:]
        for place in places {
            let isMerged = try Bool.fetchOne(
                db, sql: "SELECT report IS NOT NULL FROM entries WHERE place = ?", arguments: [place])
            let (number, seq) = (Place(rowID: place).origin, Place(rowID: place).seq)
            guard isMerged == true, let author = memory.origins[number]?.origin,
                let entry = try entry(at: Dot(author, seq))
            else { continue }
            cuts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: seqs))
        }
        try cut(cuts, isCertain: isCertain)
    }

    /// Writes cuts of others' contexts as entries of this node, several cuts in each. `isCertain`: the claims are
    /// false, so an incident names their authors.
    mutating func cut(_ cuts: [ReportID: [ContextCut]], isCertain: Bool) throws {
        for (report, cuts) in cuts.sorted(by: { $0.key < $1.key }) where !cuts.isEmpty {
            var left = cuts.sorted { $0.dot < $1.dot }[...]
            while !left.isEmpty {
                let some = left.prefix(Limits.cutsInEntry)
                left = left.dropFirst(some.count)
                try append(Array(some), to: report)
            }
            guard isCertain else { continue }
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
        try cut([report: liars.map { ContextCut(dot: $0, seqs: [memory.own: head]) }], isCertain: true)
    }
}
