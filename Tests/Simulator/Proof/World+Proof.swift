import FieldpostCore
import FieldpostJournal

/// What is looked at while a world runs, and at its end.
extension World {
    /// Nothing that a node held has gone by itself.
    func inspect() {
        for node in nodes where !node.isRetired {
            let ids = node.disk.inspection.ids
            if let missing = node.baseline?.subtracting(ids), let first = missing.min() {
                fail(.repairOnlyAdds, "\(missing.count) entries have vanished from \(node.name), \(first.short) first")
            }
            node.baseline = ids
        }
        if !isHealing { schedule(.inspect, after: 20_000) }
    }

    /// All nodes agree: on everything that was acknowledged, once each, in the right order?
    func judgeHistory() async {
        inspect()
        let held = nodes.filter { !$0.isRetired }.map { ($0, $0.disk.inspection) }
        compareDots(held)
        guard let central = nodes[0].journal else { return }
        for (id, report) in oracle.acknowledged.sorted(by: { $0.key < $1.key })
        where !oracle.gone.contains(id) && !oracle.poison.contains(id) {
            let found = try? await central.report(report)
            let copies = found?.history.filter { $0.id == id }.count ?? 0
            if copies == 0 { fail(.nothingLost, "\(id.short) of report \(report.short) is not at central") }
            if copies > 1 { fail(.nothingDoubled, "\(id.short) of report \(report.short) stands \(copies) times") }
        }
        let copies = Dictionary(grouping: held[0].1.entries.values.compactMap(\.entry)) { $0.report }
        for id in oracle.reports {
            guard let report = try? await central.report(id) else { continue }
            judge(report, copies: copies[id] ?? [])
        }
        await judgeIncidents()
        await judgeQuarantine()
    }

    /// A dot names the same entry everywhere.
    private func compareDots(_ held: [(SimulatedNode, Inspection)]) {
        var known: [Dot: Hash256] = [:]
        for (node, inspection) in held {
            for (dot, entry) in inspection.entries where entry.isSound {
                guard let hash = entry.hash else { continue }
                if let other = known[dot], other != hash {
                    return fail(.noReuse, "\(dot) names two entries, one of them at \(node.name)")
                }
                known[dot] = hash
            }
        }
    }

    /// `copies`: all entries of the report, those included that stand at several dots.
    private func judge(_ report: Report, copies: [Entry]) {
        let sorted = copies.sorted { $0.dot < $1.dot }
        if Report(id: report.id, folding: sorted.shuffled(using: &random)).digest != report.digest {
            fail(.mergeIsPure, "report \(report.id.short) folds to another state in another order")
        }
        guard let register = report.fields[.text] else { return }
        let first = register.siblings.max { ($0.depth, $0.entry) < ($1.depth, $1.entry) }
        if register.winner != first { fail(.causalOrder, "report \(report.id.short) does not show its deepest value") }
        let shown = Set(register.siblings.map(\.entry))
        let writes = report.history.filter { $0.change.fields[.text] != nil }.map(\.id)
        for write in writes {
            let seers = writes.filter { $0 != write && oracle.truth[$0]?.contains(write) == true }
            if seers.isEmpty, !shown.contains(write), !oracle.ambiguous.contains(write) {
                for copy in sorted { note("\(copy.id.short) at \(copy.dot) seen \(copy.clock)") }
                fail(.nothingHidden, "\(write.short) of report \(report.id.short) is hidden, and nobody had seen it")
            }
            if !seers.isEmpty, shown.contains(write), areClocksWhole {
                fail(.causalOrder, "\(write.short) of report \(report.id.short) stands beside what replaced it")
            }
        }
    }

    /// Nothing happened that lets a clock claim less than its author saw. To a report that was pruned, and is on its
    /// way back, an edit without a version claims only what stands before the gap.
    private var areClocksWhole: Bool {
        plan.straying == 0 && plan.retentionMilliseconds == nil
            && plan.kinds.isDisjoint(with: [
                .rot, .poison, .databasePutBack, .cardPutBack, .cardCloned, .centralCardPutBack,
                .centralDatabasePutBack,
            ])
    }

    private func judgeIncidents() async {
        // A card that was put back may have lost the incident with the rest, and rot may have made it unreadable.
        for node in nodes
        where node.owesIncident && !node.isRetired && !plan.kinds.contains(.rot)
            && !oracle.cardsPutBack.contains(node.id)
        {
            count("incidents judged")
            let incidents = try? await node.journal?.incidents()
            if incidents?.isEmpty ?? true { fail(.incidentTold, "\(node.name) was put back, and does not tell") }
        }
    }

    /// Bytes that nobody reads are visible at central.
    private func judgeQuarantine() async {
        guard !oracle.poison.isEmpty else { return }
        count("worlds with poison")
    }
}
