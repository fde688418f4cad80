import FieldpostCore
import FieldpostJournal

/// Who holds what at the end, by the grids that administrators gave and by who wrote.
extension World {
    /// What a gateway once had may be sent to it again: its reports concern it where central was put back and heard of
    /// them from it.
    var remembersScopes: Bool {
        !plan.rules.contains(.scopesAreWithdrawn)
            || !plan.kinds.isDisjoint(with: [
                .centralCardPutBack, .centralDatabasePutBack, .databasePutBack, .cardPutBack, .cardCloned, .corruption,
            ])
    }

    func judgeScope(of node: SimulatedNode, holding held: Inspection, central: Inspection) {
        let own = Dictionary(grouping: held.entries.values.compactMap(\.entry)) { $0.report }
        for (report, entries) in own.sorted(by: { $0.key < $1.key }) where report != .none {
            let isAllowed = oracle.scopes.mayReceive(
                node.id, report, named: oracle.book.grids[report] ?? [], remembersAll: remembersScopes)
            let others = entries.filter { $0.dot.origin.node != node.id }
            if !others.isEmpty, !isAllowed {
                fail(.scope, "\(node.name) holds \(others[0].dot) of report \(report.short), which is not for it")
            }
        }
        // A grid that stands in an entry which came corrupt, and was mended later, is not noticed yet.
        guard !plan.kinds.contains(.corruption) else { return }
        let pruned = Set(held.entries.filter(\.value.isPruned).keys)
        for report in oracle.reports where concerns(report, node, central) {
            count("scopes judged")
            for (dot, entry) in central.entries.sorted(by: { $0.key < $1.key })
            where !entry.isQuarantined && entry.entry?.report == report && held.entries[dot]?.entry == nil
                && !pruned.contains(dot)
            {
                let isElsewhere = entry.entry.map { held.keys.contains(WriteKey($0)) } ?? false
                if !isElsewhere { fail(.scope, "\(node.name) lacks \(dot) of report \(report.short) of its scope") }
            }
        }
    }

    /// It wrote to the report, or serves a grid that one of its entries names.
    func concerns(_ report: ReportID, _ node: SimulatedNode, _ central: Inspection) -> Bool {
        let served = oracle.scopes.served[node.id] ?? []
        return central.merged(of: report).contains { entry in
            if entry.dot.origin.node == node.id { return true }
            guard plan.rules.contains(.scopesAreWithdrawn) else { return false }
            if case .text(let grid)? = entry.change.fields[.grid] { return served.contains(grid) }
            return false
        }
    }
}
