import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Lists of tasks and the facts that figures count come from tables of their own. They must say what a fold of the
/// entries says, at each node. So two nodes that hold the same entries show the same cases, deadlines, tasks and
/// figures.
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
        for id in oracle.reports {
            guard let report = try? await journal.report(id) else { continue }
            count("cases judged by lists")
            let expected = report.summary?.isOpen == false ? [] : [report.summary]
            if listed[id, default: []] != expected {
                fail(.mergeIsPure, "lists of tasks at \(node.name) do not show report \(id.short) as its entries do")
            }
            let folded = CaseFacts(of: report.overview) { WorkCalendar.standard(ifNamed: $0) }
            if facts[id] != folded {
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
}
