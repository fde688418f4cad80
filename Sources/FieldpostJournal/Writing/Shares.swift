import FieldpostCore
import GRDB

/// What one node may add to a report, and what it may claim to have seen.
extension WriteContext {
    /// At central, of entries that came: those within their authors' shares of the report. What lies beyond is kept in
    /// quarantine: an honest gateway takes no such entry in, and so acknowledges none.
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

    /// Central, of what a gateway sent: the entries that claim to have seen what was not written yet when they came. A
    /// gateway knows of others' entries through central alone, so that central holds all that it can have seen.
    ///
    /// Of its own seqs central is always sure. Of other gateways' only while it was never put back from a copy, and
    /// beyond what they had written before it first met them: else it may lack what a gateway has really seen, through
    /// another central node or through itself before. What a gateway claims of its own node concerns nobody else.
    func falseClaims(in arrivals: [Arrival]) -> [ReportID: [ContextCut]] {
        guard memory.role == .central else { return [:] }
        let isFirstIncarnation =
            memory.identity.predecessor == nil
            && !memory.origins.keys.contains { $0.node == memory.own.node && $0 != memory.own }
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

    /// Writes what is false in others' contexts as entries of this node, a few cuts in each, and says so to its people.
    mutating func cut(_ cuts: [ReportID: [ContextCut]]) throws {
        for (report, cuts) in cuts.sorted(by: { $0.key < $1.key }) where !cuts.isEmpty {
            var left = cuts.sorted { $0.dot < $1.dot }[...]
            while !left.isEmpty {
                let some = left.prefix(Limits.cutsInEntry)
                left = left.dropFirst(some.count)
                try append(Array(some), to: report)
            }
            for node in Set(cuts.map(\.dot.origin.node)).sorted() {
                try tellOnce(
                    "\(title(of: node)) sent entries of report \(report) that claim to have seen what was not written "
                        + "yet. What they claim beyond does not count, and nothing is hidden by it. See who has access "
                        + "to that gateway; `fieldpost gateways revoke` shuts it out.",
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
        // The id follows from all that it says, so that nothing here draws on chance, and a node that was put back from
        // a copy and writes another cut under the same seq uses no id twice.
        let hash = Hash256(hashing: memory.codec.encode(entry))
        guard let id = EntryID(bytes: hash.bytes.prefix(EntryID.byteCount)) else { return }
        entry.id = id
        try store([try link(entry)])
    }

    /// Where entries held claim to have seen what this node is about to write: none can have.
    mutating func cutClaims(onNextOf report: ReportID) throws {
        guard let number = try number(of: report) else { return }
        let head = try origin(memory.own).head
        let liars = Report.claimants(of: Dot(memory.own, head + 1), among: try readEntries(of: number).map(\.entry))
        try cut([report: liars.map { ContextCut(dot: $0, seqs: [memory.own: head]) }])
    }

    func number(of report: ReportID) throws -> Int64? {
        let find = try db.cachedStatement(sql: "SELECT number FROM reports WHERE id = ?")
        return try Int64.fetchOne(find, arguments: [report.column])
    }

    /// What this node wrote to a report: entries, their bytes, and how many of them have no bytes here.
    func ownShare(in report: Int64) throws -> (entries: Int, bytes: Int, bare: Int) {
        let select = try db.cachedStatement(
            sql: """
                SELECT count(*) AS number, total(length(bytes)) AS size,
                    count(*) FILTER (WHERE length(bytes) = 0) AS bare
                FROM entries WHERE report = ? AND place BETWEEN ? AND ?
                """)
        var share = (entries: 0, bytes: 0, bare: 0)
        for row in memory.origins.values where row.origin.node == memory.own.node {
            let first = Place(origin: row.number, seq: 0)
            let last = Place(origin: row.number, seq: Limits.seq)
            guard let sum = try Row.fetchOne(select, arguments: [report, first.rowID, last.rowID]) else { continue }
            share.entries += sum["number"] as Int
            share.bytes += Int(sum["size"] as Double)
            share.bare += sum["bare"] as Int
        }
        return share
    }

    // MARK: Telling

    /// One entry id stands for two writes.
    mutating func tellReuse(of id: EntryID, at dots: [Dot], in report: ReportID) throws {
        let nodes = Set(dots.map(\.origin.node)).sorted().map(title(of:))
        try tellOnce(
            "The id \(id) was used for different content at \(nodes.joined(separator: " and ")), in report \(report). "
                + "Both stand there, marked as reused; nothing is lost. See whether a device counts its ids anew.",
            about: "reuse \(nodes)")
    }

    /// Records an incident, once for each matter until people have resolved the incidents, or the node starts anew.
    private mutating func tellOnce(_ account: String, about matter: String) throws {
        guard memory.lease != nil, memory.told.count <= Limits.toldMatters, memory.told.insert(matter).inserted else {
            return
        }
        let isLast = memory.told.count > Limits.toldMatters
        let end = "More reused ids and false claims came in than are listed. Resolve the incidents to see further ones."
        try record(isLast ? end : account, stamp: moment)
    }

    /// What people call a node.
    private func title(of node: NodeID) -> String {
        if node == memory.own.node { return "this node" }
        let name = try? String.fetchOne(
            db, sql: "SELECT name FROM gateways WHERE node = ?", arguments: [node.column])
        return (name ?? nil) ?? "node \(node.short)"
    }
}

extension MergeState.Usage {
    /// Whether a node takes in another entry of its own at such a share. Cuts do not count: others bring them about.
    /// Central has more room, since all who work there write under it.
    func isTaken(atCentral: Bool) -> Bool {
        let factor = atCentral ? Limits.centralShareFactor : 1
        return entries <= Limits.reportEntriesPerNode * factor && bytes <= Limits.reportBytesPerNode * factor
    }

    /// Whether central merges a gateway's entry at such a share.
    var isMerged: Bool {
        entries + cuts * Limits.cutWeight <= Limits.reportEntriesPerNode * Limits.reportShareFactor
            && bytes + cutBytes <= Limits.reportBytesPerNode * Limits.reportShareFactor
    }
}
