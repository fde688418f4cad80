import FieldpostCore
import GRDB

/// Limits how much one node may add to a report.
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
    mutating func recordOnce(_ account: String, about matter: String) throws {
        guard memory.lease != nil, memory.told.count <= Limits.toldMatters, memory.told.insert(matter).inserted else {
            return
        }
        let isLast = memory.told.count > Limits.toldMatters
        let end = "More reused ids and false claims arrived than are listed. Resolve the incidents to see more of them."
        try record(isLast ? end : account, stamp: moment)
    }

    /// The name of a node for people.
    func title(of node: NodeID) -> String {
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
