import FieldpostCore
import FieldpostJournal
import FieldpostStore

/// Lists of tasks come from tables of their own. They must show what a fold of the entries shows.
extension World {
    func judgeTasks(at node: SimulatedNode) async {
        guard let journal = node.journal else { return }
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
        }
    }
}
