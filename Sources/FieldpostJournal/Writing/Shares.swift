import FieldpostCore
import GRDB

/// Limits how much one node may add to a report, and what it may claim to have seen.
extension WriteContext {
    /// At central: selects the arrived entries that are within their authors' shares of the report. Entries beyond a
    /// share are quarantined. An honest gateway accepts no such entry, so none that it acknowledged is affected.
    mutating func withinShares(
        _ arrivals: [Arrival], usage: [NodeID: MergeState.Usage], gatheredFrom peer: NodeID?
    ) throws -> (within: [Arrival], refused: [Dot]) {
        guard memory.role == .central, peer == nil, memory.lease != nil else { return (arrivals, []) }
        var usage = usage
        var within: [Arrival] = []
        var refused: [Dot] = []
        for arrival in arrivals {
            let node = arrival.entry.dot.origin.node
            var share = usage[node] ?? MergeState.Usage()
            if let entry = arrival.entry.entry { share.add(entry, bytes: arrival.entry.bytes.count) }
            usage[node] = share
            if node == memory.own.node || share.isMerged {
                within.append(arrival)
            } else {
                let entry = SealedEntry(
                    dot: arrival.entry.dot, bytes: arrival.entry.bytes,
                    content: .quarantined(reason: Quarantine.beyondShare))
                try insert(entry, at: arrival.place, report: nil, chain: arrival.chain)
                refused.append(entry.dot)
            }
        }
        return (within, refused)
    }

    /// At central: finds entries of a gateway that claim to have seen entries that were not written yet when they
    /// arrived. A gateway knows the entries of others only through central, so central holds everything that the
    /// gateway can have seen.
    ///
    /// Central is always certain about its own seqs. About the seqs of other gateways, it is certain only if it was
    /// never restored from a copy, and only beyond what they had written before it first met them. Otherwise it may
    /// lack entries that a gateway has really seen, through another central node or through this one before. What a
    /// gateway claims about its own node affects no other node.
    func falseClaims(in arrivals: [Arrival]) -> [ReportID: [ContextCut]] {
        guard memory.role == .central else { return [:] }
        let isFirstIncarnation =
            memory.identity.predecessor == nil
            && memory.origins.of(memory.own.node).allSatisfy { $0.origin == memory.own }
        var cuts: [ReportID: [ContextCut]] = [:]
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport, entry.dot.origin.node != memory.own.node
            else { continue }
            var seqs: [Origin: UInt64] = [:]
            entry.context.forEach { origin, seq in
                guard origin.node != entry.dot.origin.node, let row = memory.origins[origin],
                    seq > max(row.head, row.known),
                    origin == memory.own || (isFirstIncarnation && origin.node != memory.own.node && !row.isSparse)
                else { return }
                seqs[origin] = row.head
            }
            if !seqs.isEmpty { cuts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: seqs)) }
        }
        return cuts
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

    /// What this node wrote to a report: the number of entries, their bytes, and how many have no bytes here.
    func ownShare(in report: Int64) throws -> (entries: Int, bytes: Int, bare: Int) {
        let select = try db.cachedStatement(
            sql: """
                SELECT count(*) AS number, total(length(bytes)) AS size,
                    count(*) FILTER (WHERE length(bytes) = 0) AS bare
                FROM entries WHERE report = ? AND place BETWEEN ? AND ?
                """)
        var share = (entries: 0, bytes: 0, bare: 0)
        for number in memory.origins.numbers(of: memory.own.node) {
            let first = Place(origin: number, seq: 0)
            let last = Place(origin: number, seq: Limits.seq)
            guard let sum = try Row.fetchOne(select, arguments: [report, first.rowID, last.rowID]) else { continue }
            share.entries += sum["number"] as Int
            share.bytes += Int(sum["size"] as Double)
            share.bare += sum["bare"] as Int
        }
        return share
    }

    // MARK: Incidents

    /// The same entry id was used for two writes.
    mutating func recordReuse(of id: EntryID, at dots: [Dot], in report: ReportID) throws {
        let nodes = Set(dots.map(\.origin.node)).sorted().map(title(of:))
        try recordOnce(
            "The id \(id) was used for different content at \(nodes.joined(separator: " and ")), in report \(report). "
                + "Both are kept and marked as reused. Nothing is lost. Check whether a device starts its ids again.",
            about: "reuse \(nodes)")
    }

    /// Records an incident. Each matter is recorded once, until people resolve the incidents or the node restarts.
    private mutating func recordOnce(_ account: String, about matter: String) throws {
        guard memory.lease != nil, memory.told.count <= Limits.toldMatters, memory.told.insert(matter).inserted else {
            return
        }
        let isLast = memory.told.count > Limits.toldMatters
        let end = "More reused ids and false claims arrived than are listed. Resolve the incidents to see more of them."
        try record(isLast ? end : account, stamp: moment)
    }

    /// The name of a node for people.
    private func title(of node: NodeID) -> String {
        if node == memory.own.node { return "this node" }
        let name = try? String.fetchOne(
            db, sql: "SELECT name FROM gateways WHERE node = ?", arguments: [node.column])
        return (name ?? nil) ?? "node \(node.short)"
    }
}

extension MergeState.Usage {
    /// Whether a node accepts another entry of its own at this share. Cuts do not count, because others cause them.
    /// Central has more room, because everyone who works at central writes under it.
    func isTaken(atCentral: Bool) -> Bool {
        let factor = atCentral ? Limits.centralShareFactor : 1
        return entries <= Limits.reportEntriesPerNode * factor && bytes <= Limits.reportBytesPerNode * factor
    }

    /// Whether central merges a gateway's entry at this share.
    var isMerged: Bool {
        entries + cuts * Limits.cutWeight <= Limits.reportEntriesPerNode * Limits.reportShareFactor
            && bytes + cutBytes <= Limits.reportBytesPerNode * Limits.reportShareFactor
    }
}
