import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Checks which node holds what at the end, by the grids from administrators and by who wrote.
extension World {
    /// Whether reports that a gateway once had may be sent to it again. When a restored central learned of a report
    /// from the gateway, the report concerns it.
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
        // A grid that is named in an entry which arrived corrupt and was repaired later is not noticed yet.
        guard !plan.kinds.contains(.corruption) else { return }
        for report in oracle.reports where concerns(report, node, central) {
            count("scopes judged")
            for dot in lacking(of: report, at: held, from: central) {
                fail(.scope, "\(node.name) lacks \(dot) of report \(report.short) of its scope")
            }
        }
    }

    /// What central holds of a report, and a gateway neither holds, at any dot, nor has pruned.
    func lacking(of report: ReportID, at held: Inspection, from central: Inspection) -> [Dot] {
        let ofReport = central.entries.values.filter { !$0.isQuarantined }.compactMap(\.entry).filter {
            $0.report == report
        }
        return ofReport.filter { entry in
            let copy = held.entries[entry.dot]
            return copy?.entry == nil && copy?.isPruned != true && !held.keys.contains(WriteKey(entry))
        }.map(\.dot).sorted()
    }

    /// The node wrote to the report, or serves a grid that one of its entries names.
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
