import FieldpostCore
import FieldpostJournal
import FieldpostStore
import Foundation
import TestKit

/// Indicators of a year: the evaluation alone, and what it costs to read the facts of cases from a journal.
enum IndicatorPart {
    static func run(_ options: Options, _ results: Results) async throws {
        let cases = options.isLong ? 100_000 : 10_000
        let facts = try await read(cases, options, results)
        try evaluate(1_000_000, facts, results)
    }

    private static let start = Filling.stamp.wallMilliseconds
    private static let now = start + 300 * 86_400_000

    /// The facts again and again, as one million cases.
    private static func evaluate(_ count: Int, _ facts: [CaseFacts], _ results: Results) throws {
        let part = "indicators \(count)"
        guard let period = IndicatorPeriod(text: "2026"), !facts.isEmpty else { return }
        let begin = ProcessMeter.now()
        guard var evaluation = IndicatorEvaluation(periods: [period], now: now) else { return }
        for number in 0..<count { evaluation.add(facts[number % facts.count]) }
        var values = 0
        for scope in evaluation.scopes {
            for indicator in IndicatorTable.standard.indicators
            where evaluation.value(indicator, of: scope, in: 0) != nil {
                values += 1
            }
        }
        results.record(part, "a year, evaluation alone", Double(ProcessMeter.now() - begin) / 1e6, "ms")
        results.record(part, "values", Double(values), "")
        guard evaluation.count(.reported, of: .all, in: 0) == count else {
            throw LoadGenerator.Failed(
                description: "\(evaluation.count(.reported, of: .all, in: 0)) of \(count) cases were counted")
        }
    }

    /// A journal of cases with seven entries each.
    private static func read(_ count: Int, _ options: Options, _ results: Results) async throws -> [CaseFacts] {
        let part = "indicators \(count)"
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let journal = try FilledNode(directory: place.path + "/central").journal(.central)
        var filling = Filling(seed: 16)
        for first in stride(from: 0, to: count, by: Filling.together) {
            let drafts = (first..<min(count, first + Filling.together)).map { ($0, filling.draft()) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, draft) in drafts {
                    let keys = (0..<steps.count).map { _ in EntryID(filling.bits()) }
                    group.addTask {
                        _ = try await journal.append(draft)
                        for (index, key) in keys.enumerated() {
                            _ = try await journal.append(step(index, of: number, on: draft.report, key))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        var facts: [CaseFacts] = []
        let begin = ProcessMeter.now()
        var next = Int64(0) as Int64?
        while let after = next {
            let part = try await journal.facts(after: after)
            facts += part.cases.map(\.facts)
            next = part.next
        }
        let microseconds = Double(ProcessMeter.now() - begin) / 1e3
        results.record(part, "facts of a case from the journal", microseconds / Double(max(facts.count, 1)), "µs")
        try journal.close()
        return facts
    }

    private static let steps = ["accepted", "filed", "dispatched", "feedback", "verified", "closed"]

    private static func step(_ index: Int, of number: Int, on report: ReportID, _ key: EntryID) -> Draft {
        let code = steps[index]
        var fields: [FieldName: FieldValue] = [.stage: .text(code)]
        let department = code == "dispatched" ? "处置单位\(number % 40)" : ""
        if !department.isEmpty { fields[.department] = .text(department) }
        // A tenth take a week for each step.
        let hours = Int64(index) * (number % 10 == 0 ? 168 : 1)
        let trace = Trace(
            stage: code, department: department, text: "", limit: code == "filed" ? "16 office_hours" : "",
            calendar: code == "filed" ? WorkCalendar.standard.version : "",
            timeMilliseconds: start + hours * 3_600_000, uncertaintyMilliseconds: 40)
        return Draft(
            id: key, report: report, intent: .edit, author: "", stamp: Filling.stamp,
            change: Change(fields: fields, traces: [trace]))
    }
}
