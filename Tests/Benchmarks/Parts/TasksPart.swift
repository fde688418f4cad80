import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import Foundation
import TestKit

/// Lists of tasks among many cases, and indicators of all: 1,000,000 with `--long`, else 20,000. Each is a report that
/// was filed and dispatched, a tenth of them closed since.
enum TasksPart {
    private static let departments = (0..<60).map { "部门\($0)" }
    private static let start: Int64 = 1_772_323_200_000

    static func run(_ options: Options, _ results: Results) async throws {
        let count = options.isLong ? 1_000_000 : 20_000
        let part = "tasks \(count)"
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/central")
        let journal = try filled.journal(.central)
        let (reports, steps) = try await fill(count, journal)
        results.record(part, "a report's first entry, in the journal", reports, "µs")
        results.record(part, "a step, in the journal", steps, "µs")
        let now = start + Int64(count) * 1000
        let raising = ContinuousClock.now
        var raised = 0
        while case let some = try await journal.raiseCaseEvents(now: now), some > 0 { raised += some }
        results.record(part, "raising an event", (ContinuousClock.now - raising) / .microseconds(max(raised, 1)), "µs")
        try journal.close()

        let node = NodeProcess(
            program: options.binary, role: "central", name: "central", directory: filled.directory, listens: true,
            arguments: [])
        try await node.start()
        defer { node.kill() }
        let port = try await Pair.port(of: node)
        let department = "department=%E9%83%A8%E9%97%A87"
        for (what, query) in [
            ("of a department", department), ("of a department, overdue", department + "&overdue=true"),
            ("of a department in a grid", department + "&grid=G10110"), ("of a person", "person=%E7%8E%8B3"),
            ("of a group", "group=handler"), ("of all", ""),
        ] {
            let request = Array("GET /v1/tasks?\(query) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            let outcome = try await LoadGenerator(port: port, clients: 1).run(
                RequestBook(requests: Array(repeating: request, count: 200)))
            results.record(part, "50 tasks \(what), p50", outcome.latencies.milliseconds(0.5), "ms")
            results.record(part, "50 tasks \(what), p99", outcome.latencies.milliseconds(0.99), "ms")
        }
        let year = "GET /v1/indicators?period=2026&by=department HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        let outcome = try await LoadGenerator(port: port, clients: 1).run(
            RequestBook(requests: Array(repeating: Array(year.utf8), count: 7)))
        results.record(part, "indicators of a year by department, p50", outcome.latencies.milliseconds(0.5), "ms")
    }

    /// Returns the time of a report and of a step in microseconds, with many that wait for the same sync.
    private static func fill(_ count: Int, _ journal: Journal) async throws -> (report: Double, step: Double) {
        var filling = Filling(seed: 21)
        var (first, later) = (Duration.zero, Duration.zero)
        var steps = 0
        for batch in stride(from: 0, to: count, by: Filling.together) {
            let drafts = (batch..<min(count, batch + Filling.together)).map { _ in filling.draft() }
            first += try await append(drafts, to: journal)
            for code in ["filed", "dispatched", "claimed", "closed"] {
                let chosen = drafts.enumerated().filter { code != "closed" || $0.offset % 10 == 0 }
                let taken = chosen.map { offset, draft in
                    step(code, of: draft.report, number: batch + offset, id: EntryID(filling.bits()))
                }
                later += try await append(taken, to: journal)
                steps += taken.count
            }
        }
        return (first / .microseconds(count), later / .microseconds(steps))
    }

    private static func append(_ drafts: [Draft], to journal: Journal) async throws -> Duration {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for draft in drafts { group.addTask { _ = try await journal.append(draft) } }
            try await group.waitForAll()
        }
        return ContinuousClock.now - start
    }

    private static func step(_ code: String, of report: ReportID, number: Int, id: EntryID) -> Draft {
        let isFiled = code == "filed"
        let department = code == "dispatched" ? departments[number % departments.count] : ""
        let trace = Trace(
            stage: code, department: department, text: "请处理", assignee: code == "claimed" ? "王\(number % 500)" : "",
            limit: isFiled ? "\(8 + number % 40) office_hours" : "",
            calendar: isFiled ? WorkCalendar.standard.version : "",
            timeMilliseconds: start + Int64(number) * 1000)
        var fields: [FieldName: FieldValue] = code == "claimed" ? [:] : [.stage: .text(code)]
        if !department.isEmpty { fields[.department] = .text(department) }
        return Draft(
            id: id, report: report, intent: .edit, author: "王敏", stamp: Filling.stamp,
            change: Change(fields: fields, traces: [trace]))
    }
}
