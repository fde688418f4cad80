import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Checks while a world runs, and at its end.
extension World {
    /// No node may lose an entry by itself.
    func inspect() {
        for node in nodes where !node.isRetired {
            let held = node.disk.inspection
            let keys = held.keys
            // A report that left a gateway's scope with a grid is dropped, and returns with the grid. The gateway keeps
            // reports that it had written to by then.
            let isNarrowed = oracle.scopes.narrowed.contains(node.id)
            let missing = node.baseline?.subtracting(keys).filter { !isNarrowed || node.written.contains($0.report) }
            node.written = held.reports(by: node.id)
            if let missing, let first = missing.min() {
                fail(.repairOnlyAdds, "\(missing.count) entries are missing at \(node.name), the first is \(first)")
            }
            node.baseline = keys
        }
        if !isHealing { schedule(.inspect, after: 20_000) }
    }

    /// All nodes agree. Do they agree on everything that was acknowledged, once each, in the right order?
    func judgeHistory() async {
        inspect()
        let held = nodes.filter { !$0.isRetired }.map { ($0, $0.disk.inspection) }
        compareDots(held)
        judgeNames(held)
        for (_, inspection) in held { oracle.judgeDots(inspection.entries) }
        guard let central = nodes[0].journal else { return }
        await judgeAcknowledged(central)
        let copies = Dictionary(grouping: held[0].1.entries.values.compactMap(\.entry)) { $0.report }
        for id in oracle.reports {
            guard let report = try? await central.report(id) else { continue }
            judge(report, copies: copies[id] ?? [])
        }
        for (node, inspection) in held {
            await judgeShown(at: node, inspection)
            if !node.isCentral { judgeScope(of: node, holding: inspection, central: held[0].1) }
        }
        for (node, _) in held {
            await judgePhotos(at: node)
            await judgeTasks(at: node)
        }
        await judgeAdmissionsAtEnd(central)
        await judgeIncidents()
        if oracle.hasPoison { count("worlds with poison") }
    }

    private func isWithUnheardClone(_ key: WriteKey) -> Bool {
        nodes.contains { mayBeUnheard($0) && $0.disk.inspection.keys.contains(key) }
    }

    /// Everything that a person was told is safe must be in central's history, word for word and once.
    private func judgeAcknowledged(_ central: Journal) async {
        var histories: [ReportID: [WriteKey]] = [:]
        for number in oracle.acknowledged.sorted() {
            let write = oracle.book[number]
            guard !oracle.gone.contains(write.key), !write.isPoisoned else { continue }
            if histories[write.report] == nil {
                histories[write.report] = (try? await central.report(write.report))?.history.map(WriteKey.init) ?? []
            }
            let copies = histories[write.report]?.count { $0 == write.key } ?? 0
            if copies == 0, isWithUnheardClone(write.key) {
                count("writes that only a clone keeps")
                continue
            }
            if copies == 0 { fail(.nothingLost, "\(write.key) of report \(write.report.short) is not at central") }
            if copies > 1 {
                fail(.nothingDoubled, "\(write.key) of report \(write.report.short) stands \(copies) times")
            }
        }
    }

    /// Checks what a node shows, except pruned reports.
    private func judgeShown(at node: SimulatedNode, _ held: Inspection) async {
        guard let journal = node.journal else { return }
        for id in oracle.reports {
            let entries = held.entries(of: id)
            guard !entries.isEmpty, let shown = try? await journal.report(id) else { continue }
            let present = oracle.book.numbers(of: entries)
            count("reports judged by content")
            judgeContent(of: shown, present: present, at: node)
            judgeEqualValues(in: shown)
            if areContextsComplete { judgeReplacing(in: shown, present: present) }
        }
    }

    /// A dot must name the same entry everywhere.
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

    /// What decides before the depth: the precedence of a stage.
    private static func rank(_ value: FieldValue, of field: FieldName) -> Int {
        guard field == .stage, value != .cleared, case .text(let code) = value else { return 0 }
        return Workflow.standard[code]?.precedence ?? 1
    }

    /// `copies`: all entries of the report, including copies at several dots.
    private func judge(_ report: Report, copies: [Entry]) {
        let sorted = copies.sorted { $0.dot < $1.dot }
        let shuffled = sorted.shuffled(using: &random)
        if Report(id: report.id, folding: shuffled).digest != report.digest {
            fail(.mergeIsPure, "report \(report.id.short) folds to a different state in another order")
        }
        if Case(folding: shuffled) != Case(folding: sorted) {
            fail(.mergeIsPure, "report \(report.id.short) is another case in another order")
        }
        for (field, register) in report.fields.sorted(by: { $0.key < $1.key }) {
            let first = register.siblings.max {
                let ranks = (Self.rank($0.value, of: field), Self.rank($1.value, of: field))
                return (ranks.0, $0.depth, $0.entry) < (ranks.1, $1.depth, $1.entry)
            }
            if register.winner != first {
                fail(.causalOrder, "report \(report.id.short) does not show its deepest \(field.rawValue)")
            }
        }
    }

    /// Nothing happened after which a context may claim less than its author saw. In a report that was pruned and is
    /// being rehydrated, an edit without a version claims only what comes before the gap.
    private var areContextsComplete: Bool {
        plan.straying == 0 && plan.people.roaming == 0 && plan.people.forged == 0 && plan.people.duplicates == 0
            && plan.retentionMilliseconds == nil
            && plan.kinds.isDisjoint(with: [
                .corruption, .poison, .databasePutBack, .cardPutBack, .cardCloned, .centralCardPutBack,
                .centralDatabasePutBack,
            ])
    }

    private func judgeIncidents() async {
        // A restored card may have lost the incident with everything else, and corruption may have made it unreadable.
        for node in nodes
        where node.owesIncident && !node.isRetired && !plan.kinds.contains(.corruption)
            && !oracle.cardsPutBack.contains(node.id)
        {
            count("incidents judged")
            let incidents = try? await node.journal?.incidents()
            if incidents?.isEmpty ?? true { fail(.incidentTold, "\(node.name) was restored, but reports no incident") }
        }
    }
}
