import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Lists of tasks, the facts that figures count, and what receipts find come from tables of their own. They must say
/// what a fold of the entries says, at each node. So two nodes that hold the same entries show the same cases,
/// deadlines, tasks and figures.
extension World {
    func judgeTasks(at node: SimulatedNode) async {
        guard let journal = node.journal, let facts = await facts(in: journal) else { return }
        var listed: [ReportID: [CaseSummary?]] = [:]
        var query = TaskQuery()
        query.limit = 7
        repeat {
            guard let page = try? await journal.tasks(query, now: 0) else { return }
            for task in page.tasks { listed[task.report, default: []].append(task.summary) }
            query.after = page.next
        } while query.after != nil
        await judgeReceipts(of: journal, at: node)
        for id in oracle.reports {
            guard let report = try? await journal.report(id) else { continue }
            count("cases judged by lists")
            let expected = report.isHidden || report.summary?.isOpen == false ? [] : [report.summary]
            if listed[id, default: []] != expected {
                fail(.mergeIsPure, "lists of tasks at \(node.name) do not show report \(id.short) as its entries do")
            }
            let folded = CaseFacts(of: report.overview) { WorkCalendar.standard(ifNamed: $0) }
            if facts[id] != (report.isHidden ? nil : folded) {
                fail(.mergeIsPure, "figures at \(node.name) do not count report \(id.short) as its entries say")
            }
            if folded.closing.deadline != nil { count("cases with a deadline") }
        }
    }

    private func facts(in journal: Journal) async -> [ReportID: CaseFacts]? {
        var found: [ReportID: CaseFacts] = [:]
        var place = Int64(0) as Int64?
        while let after = place {
            guard let part = try? await journal.facts(after: after) else { return nil }
            for (_, facts) in part.cases { found[facts.id] = facts }
            place = part.next
        }
        return found
    }

    /// Each receipt finds a report that has it, and what is taken back is known as such.
    private func judgeReceipts(of journal: Journal, at node: SimulatedNode) async {
        for id in oracle.reports {
            guard let report = try? await journal.report(id), let isHidden = try? await journal.isHidden(id) else {
                continue
            }
            if isHidden != report.isHidden {
                fail(.mergeIsPure, "\(node.name) shows report \(id.short), which was taken back, or hides another")
            }
            for hash in report.fields.receipts {
                count("receipts judged")
                guard let found = try? await journal.receipt(hash) else {
                    fail(.mergeIsPure, "a receipt of report \(id.short) finds nothing at \(node.name)")
                    continue
                }
                if case .report(let found) = found, !found.fields.receipts.contains(hash) {
                    fail(.mergeIsPure, "a receipt finds a report at \(node.name) that has another")
                }
            }
        }
    }
}
