import FieldpostCore
import GRDB

/// What one node may add to a report, and what it may claim to have seen.
extension WriteContext {
    /// At central, of entries that came: those within their authors' shares of the report. What lies beyond is kept in
    /// quarantine: an honest gateway takes no such entry in, so that none of it was ever acknowledged.
    mutating func withinShares(
        _ arrivals: [Arrival], usage: [NodeID: MergeState.Usage], gatheredFrom peer: NodeID?
    ) throws -> [Arrival] {
        guard memory.role == .central, peer == nil, memory.lease != nil else { return arrivals }
        var usage = usage
        var within: [Arrival] = []
        for arrival in arrivals {
            let node = arrival.entry.dot.origin.node
            var share = usage[node] ?? MergeState.Usage()
            share.add(arrival.entry.bytes.count)
            usage[node] = share
            if node == memory.own.node || share.isWithin(factor: Limits.reportShareFactor) {
                within.append(arrival)
            } else {
                let entry = SealedEntry(
                    dot: arrival.entry.dot, bytes: arrival.entry.bytes,
                    content: .quarantined(reason: Quarantine.beyondShare))
                try insert(entry, at: arrival.place, report: nil, chain: arrival.chain)
            }
        }
        return within
    }

    /// Central, of what a gateway sent: the entries that claim to have seen what was not written yet when they came. A
    /// gateway knows of others' entries through central alone, so that central holds all that it can have seen.
    ///
    /// Of its own seqs central is always sure. Of other gateways' only while it was never put back from a copy: else it
    /// may lack what a gateway has really seen. What a gateway claims of its own node concerns nobody else.
    func falseClaims(in arrivals: [Arrival]) -> [ReportID: [ContextCut]] {
        guard memory.role == .central, !PlantedFault.isPlanted(.believeContexts) else { return [:] }
        let isFirstLife = memory.identity.predecessor == nil
        var cuts: [ReportID: [ContextCut]] = [:]
        for arrival in arrivals {
            guard let entry = arrival.entry.entry, entry.kind.concernsReport, entry.dot.origin.node != memory.own.node
            else { continue }
            var seqs: [Origin: UInt64] = [:]
            entry.clock.forEach { origin, seq in
                guard origin.node != entry.dot.origin.node, let row = memory.origins[origin], seq > row.head,
                    origin == memory.own || (isFirstLife && origin.node != memory.own.node && !row.isSparse)
                else { return }
                seqs[origin] = row.head
            }
            if !seqs.isEmpty { cuts[entry.report, default: []].append(ContextCut(dot: entry.dot, seqs: seqs)) }
        }
        return cuts
    }

    /// Writes what is false in others' contexts as entries of this node, a few cuts in each, and says so to its people.
    mutating func cut(_ cuts: [ReportID: [ContextCut]], stamp: Stamp) throws {
        for (report, cuts) in cuts.sorted(by: { $0.key < $1.key }) {
            var left = cuts.sorted { $0.dot < $1.dot }[...]
            while !left.isEmpty {
                let some = left.prefix(Limits.cutsInEntry)
                left = left.dropFirst(some.count)
                try append(Array(some), to: report, stamp: stamp)
            }
            for node in Set(cuts.map(\.dot.origin.node)).sorted() {
                try tellOnce(
                    "\(title(of: node)) sent entries of report \(report) that claim to have seen what was not written "
                        + "yet. What they claim beyond does not count, and nothing is hidden by it. See who has access "
                        + "to that gateway; `fieldpost gateways revoke` shuts it out.",
                    about: "claims \(node)", stamp: stamp)
            }
        }
    }

    private mutating func append(_ cuts: [ContextCut], to report: ReportID, stamp: Stamp) throws {
        guard let number = try number(of: report) else { return }
        let previous = try lastOwnSeq(in: number)
        let seq = try origin(memory.own).head + 1
        // The id follows from the dot, so that nothing here draws on chance.
        let entry = Entry(
            id: EntryID(memory.own.incarnation.value &+ UInt128(seq)), dot: Dot(memory.own, seq), report: report,
            previousSeq: previous, clock: VersionVector(), depth: 1, author: "fieldpost", stamp: stamp,
            change: Change(cuts: cuts))
        try store([try link(entry)])
    }

    /// Where entries held claim to have seen what this node is about to write: none can have.
    mutating func cutClaims(onNextOf report: ReportID, stamp: Stamp) throws {
        guard !PlantedFault.isPlanted(.believeContexts), let number = try number(of: report) else { return }
        let head = try origin(memory.own).head
        let liars = Report.claimants(of: Dot(memory.own, head + 1), among: try readEntries(of: number).map(\.entry))
        try cut([report: liars.map { ContextCut(dot: $0, seqs: [memory.own: head]) }], stamp: stamp)
    }

    func number(of report: ReportID) throws -> Int64? {
        let find = try db.cachedStatement(sql: "SELECT number FROM reports WHERE id = ?")
        return try Int64.fetchOne(find, arguments: [report.column])
    }

    // MARK: Telling

    /// One entry id stands for two writes.
    mutating func tellReuse(of id: EntryID, at dots: [Dot], in report: ReportID) throws {
        let nodes = Set(dots.map(\.origin.node)).sorted().map(title(of:))
        try tellOnce(
            "The id \(id) was used for different content at \(nodes.joined(separator: " and ")), in report \(report). "
                + "Both stand there, marked as reused; nothing is lost. See whether a device counts its ids anew.",
            about: "reuse \(nodes)", stamp: .unknown)
    }

    /// Records an incident, once for each matter until people have settled the incidents, or the node starts anew.
    private mutating func tellOnce(_ account: String, about matter: String, stamp: Stamp) throws {
        guard memory.lease != nil, memory.told.count < Limits.loggedRefusals, memory.told.insert(matter).inserted else {
            return
        }
        try record(account, stamp: stamp)
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
    func adding(_ more: Int) -> Self {
        var usage = self
        usage.add(more)
        return usage
    }

    /// Whether a node's share of a report is no larger than a node takes in. Central has more room than others, since
    /// all who work there write under it.
    func isWithin(central: Bool) -> Bool { isWithin(factor: central ? Limits.centralShareFactor : 1) }

    /// Whether it is no larger than so many times the share of a gateway.
    func isWithin(factor: Int) -> Bool {
        entries <= Limits.reportEntriesPerNode * factor && bytes <= Limits.reportBytesPerNode * factor
    }
}
