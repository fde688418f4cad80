import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import Foundation
import TestKit

/// What the console asks central for, among many reports: 1,000,000 with `--long`, else 20,000. The requests are those
/// that its pages send (`Pages/console`: board-query.js, map-data.js, case-data.js, wall-data.js).
enum ConsolePart {
    static func run(_ options: Options, _ results: Results) async throws {
        let count = options.entries ?? (options.isLong ? 1_000_000 : 20_000)
        let place = options.journal == nil ? try TemporaryDirectory() : nil
        defer { place?.remove() }
        let directory = options.journal ?? place.map { $0.path + "/central" } ?? ""
        let city = CityRows()
        let part = "console \(count)"
        if !city.areReal { results.note(part, "without FIELDPOST_TEST_DATA: invented rows and texts") }
        try await fill(count, city, in: directory, part, results)

        let node = NodeProcess(
            program: options.binary, role: "central", name: "central", directory: directory, listens: true,
            arguments: [])
        try await node.start(Launch(environment: ["FIELDPOST_HTTP_OPEN": "false"]))
        defer { node.kill() }
        let log = LargestLog(of: directory)
        let console = ConsoleQuestions(
            part: part, results: results, login: try await ConsoleLogin("李强", at: node),
            process: node.processID ?? 0, rounds: 60)
        try await console.waitForSearch()
        try await console.ask(city)
        let leader = try await ConsoleLogin("格长", role: "staff", grids: [city.some(\.grid).other], at: node)
        try await console.ask(as: leader)
        try await ConsoleScreens(part: part, results: results, node: node).run()
        results.record(part, "largest log", Double(await log.end()) / 1_048_576, "MiB")
    }

    /// Fills the journal, unless an earlier run did and kept it.
    private static func fill(
        _ count: Int, _ city: CityRows, in directory: String, _ part: String, _ results: Results
    ) async throws {
        let mark = directory + ".filled"
        if (try? String(contentsOfFile: mark, encoding: .utf8)) == "\(count)" { return }
        try? FileManager.default.removeItem(atPath: directory)
        let filled = try FilledNode(directory: directory)
        let journal = try filled.journal(.central)
        let (start, now) = (ContinuousClock.now, Int64(Date().timeIntervalSince1970 * 1000))
        var filling = CityFilling(city, count: count, now: now)
        let entries = try await filling.fill(journal)
        results.record(part, "entries", Double(entries), "")
        results.record(part, "an entry, in the journal", (ContinuousClock.now - start) / .microseconds(entries), "µs")
        while case let some = try await journal.raiseCaseEvents(now: now), some > 0 {}
        let indexing = ContinuousClock.now
        try await journal.writeSearch()
        results.record(
            part, "a report, in the search index", (ContinuousClock.now - indexing) / .microseconds(count), "µs")
        try journal.close()
        try "\(count)".write(toFile: mark, atomically: true, encoding: .utf8)
    }
}

/// The largest size of the journal's write-ahead log while it looks.
private final class LargestLog: Sendable {
    private let looking: Task<Int, Never>

    init(of directory: String) {
        looking = Task {
            var most = 0
            while !Task.isCancelled {
                let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/journal.sqlite-wal")
                most = max(most, attributes?[.size] as? Int ?? 0)
                try? await Task.sleep(for: .milliseconds(200))
            }
            return most
        }
    }

    func end() async -> Int {
        looking.cancel()
        return await looking.value
    }
}
