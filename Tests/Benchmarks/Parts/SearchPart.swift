import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import Foundation
import TestKit

/// Search among many reports: 1,000,000 with `--long`, else 20,000. A few have a rare word, each 20th was filed and
/// taken by one of 500 people.
enum SearchPart {
    private static let start: Int64 = 1_772_323_200_000
    private static let rare = "麒麟"
    private static let grids = 2000

    static func run(_ options: Options, _ results: Results) async throws {
        let count = options.entries ?? (options.isLong ? 1_000_000 : 20_000)
        let part = "search \(count)"
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/central")
        var journal = try filled.journal(.central)
        try await fill(count, journal)
        // Closed, so that the log is in the file.
        try journal.close()
        let before = fileBytes(filled)
        journal = try filled.journal(.central)
        let (wall, processor) = (ContinuousClock.now, processorTime())
        try await journal.writeSearch()
        let took = ContinuousClock.now - wall
        results.record(part, "the index of a report, made anew: time", took / .microseconds(count), "µs")
        results.record(part, "the same: processor", (processorTime() - processor) * 1e6 / Double(count), "µs")
        try await followed(journal, part, results)
        try journal.close()
        results.record(part, "bytes of the index a report", Double(fileBytes(filled) - before) / Double(count), "bytes")

        let node = NodeProcess(
            program: options.binary, role: "central", name: "central", directory: filled.directory, listens: true,
            arguments: [])
        try await node.start()
        defer { node.kill() }
        let port = try await Pair.port(of: node)
        // The index is opened in the background.
        try await Task.sleep(for: .seconds(2))
        for (what, query) in questions {
            let request = Array("GET /v1/reports?\(query) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
            let outcome = try await LoadGenerator(port: port, clients: 1).run(
                RequestBook(requests: Array(repeating: request, count: 100)))
            results.record(part, "\(what), p50", outcome.latencies.milliseconds(0.5), "ms")
            results.record(part, "\(what), p95", outcome.latencies.milliseconds(0.95), "ms")
        }
    }

    private static var questions: [(String, String)] {
        func text(_ text: String) -> String {
            "text=" + (text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        }
        return [
            ("one character, in many", text("人")), ("two characters", text("电动")), ("three characters", text("电动车")),
            ("six characters", text("影响周边居民")), ("three parts", text("电动 井盖 门口")), ("a rare word", text(rare)),
            ("a word of none", text("没有这词")), ("characters of many, the word of none", text("人车路灯楼下来")),
            ("a beginning of a word", text("aq0")), ("one character in a grid of 2,000", text("人") + "&grid=G77"),
            ("a rare word in a grid without it", text(rare) + "&grid=G77"),
            ("two characters of a person", text("电动") + "&person=%E7%8E%8B7"),
            ("two characters, overdue", text("电动") + "&overdue=true"),
            ("two characters, with a conflict", text("电动") + "&conflict=true"),
            ("one character of one hour", text("人") + "&since=2026-03-02T00:00:00Z&until=2026-03-02T01:00:00Z"),
            ("a person, a category and a stage", "person=%E7%8E%8B7&category=AQ01&stage=claimed"),
        ]
    }

    /// Reports and steps that come while the index follows: how far it is behind, and what a report costs it.
    private static func followed(_ journal: Journal, _ part: String, _ results: Results) async throws {
        var filling = Filling(seed: 32)
        let count = 5000
        try await filling.append(count, to: journal)
        let (wall, processor) = (ContinuousClock.now, processorTime())
        while try await journal.indexSearch() {}
        let took = ContinuousClock.now - wall
        results.record(part, "the index of a new report: time", took / .microseconds(count), "µs")
        results.record(part, "the same: processor", (processorTime() - processor) * 1e6 / Double(count), "µs")
    }

    private static func fill(_ count: Int, _ journal: Journal) async throws {
        var filling = Filling(seed: 31, changes: min(count, 40_000))
        for batch in stride(from: 0, to: count, by: Filling.together) {
            let numbers = batch..<min(count, batch + Filling.together)
            let drafts = numbers.map { number in
                var draft = filling.draft()
                draft.change.fields[.grid] = .text("G\(number % grids)")
                draft.change.fields[.capturedAt] = .integer(start + Int64(number) * 1000)
                if number % 50_000 == 49, case .text(let text)? = draft.change.fields[.text] {
                    draft.change.fields[.text] = .text(text + rare)
                }
                return draft
            }
            try await append(drafts, to: journal)
            let handled = drafts.enumerated().filter { $0.offset % 20 == 0 }
            for code in ["filed", "claimed"] {
                try await append(
                    handled.map { offset, draft in
                        step(code, of: draft.report, number: batch + offset, id: EntryID(filling.bits()))
                    }, to: journal)
            }
        }
    }

    private static func append(_ drafts: [Draft], to journal: Journal) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for draft in drafts { group.addTask { _ = try await journal.append(draft) } }
            try await group.waitForAll()
        }
    }

    private static func step(_ code: String, of report: ReportID, number: Int, id: EntryID) -> Draft {
        let isFiled = code == "filed"
        let trace = Trace(
            stage: code, department: "", text: "请处理", assignee: isFiled ? "" : "王\(number % 500)",
            limit: isFiled ? "\(8 + number % 40) office_hours" : "",
            calendar: isFiled ? WorkCalendar.standard.version : "",
            timeMilliseconds: start + Int64(number) * 1000)
        return Draft(
            id: id, report: report, intent: .edit, author: "王敏", stamp: Filling.stamp,
            change: Change(fields: [.stage: .text(code)], traces: [trace]))
    }

    private static func fileBytes(_ node: FilledNode) -> Int {
        let file = node.directory + "/journal.sqlite"
        return (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    }

    /// Seconds of processor time that this process has used.
    private static func processorTime() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }
}
