import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation

/// Screens that are open while reports come in: what they cost central, and what they cost intake.
struct ConsoleScreens {
    let part: String
    let results: Results
    let node: NodeProcess

    private static let seconds = 15.0
    private static let steady = 20.0
    /// One caller may follow so many (`Limits.liveScreensOfCaller`).
    private static let screensOfPerson = 25

    func run() async throws {
        var made: [ConsoleLogin] = []
        for number in 1...8 { made.append(try await ConsoleLogin("屏\(number)", at: node)) }
        let logins = made
        let sender = logins[7]
        let bare = try await load(sender, rate: Self.steady, seed: 61).cpu
        results.record(part, "20 reports a second: central", bare, "% of a core")
        let followed = try await withScreens(200, logins) { try await load(sender, rate: Self.steady, seed: 62).cpu }
        results.record(part, "the same with 200 screens", followed, "% of a core", target: "10 more")

        let before = try await load(sender, rate: nil, seed: 63).rate
        let beside = try await withScreens(50, logins) { try await load(sender, rate: nil, seed: 64).rate }
        let after = try await load(sender, rate: nil, seed: 65).rate
        results.record(part, "intake without screens", (before + after) / 2, "a second")
        results.record(part, "intake with 50 screens", beside, "a second", target: "at most 10 % less")

        // Boards read their list and its counts again after each message, at most so often (refresher.js).
        let requests = (0..<Int(Self.seconds * 40)).map { number in
            logins[number % 8].request(number % 2 == 0 ? "/v1/board" : "/v1/tasks?limit=50")
        }
        let reading = LoadGenerator(port: logins[0].port, clients: 16, rate: 40)
        async let read = reading.run(RequestBook(requests: requests))
        let busy = try await withScreens(50, logins) { try await load(sender, rate: Self.steady, seed: 66).cpu }
        let answers = try await read
        results.record(part, "50 boards that read again each 2.5 s: central", busy, "% of a core")
        results.record(part, "their answers, p50", answers.latencies.milliseconds(0.5), "ms")
        results.record(part, "their answers, p95", answers.latencies.milliseconds(0.95), "ms", target: "300 ms")
    }

    private func withScreens<Value>(
        _ count: Int, _ logins: [ConsoleLogin], _ body: () async throws -> Value
    ) async throws -> Value {
        let requests = (0..<count).map { logins[$0 / Self.screensOfPerson % logins.count].request("/v1/live") }
        let screens = OpenScreens(port: logins[0].port, requests: requests)
        try await Task.sleep(for: .seconds(1))
        let value = try await body()
        results.record(part, "messages to \(count) screens", Double(try screens.end()), "")
        try await Task.sleep(for: .seconds(1))
        return value
    }

    /// Sends reports: how many a second were taken, and how much of a core central used.
    private func load(_ sender: ConsoleLogin, rate: Double?, seed: UInt64) async throws -> (rate: Double, cpu: Double) {
        guard let process = node.processID else { throw LoadGenerator.Failed(description: "central has ended") }
        let reports = BenchReports.make(count: Int(Self.seconds * (rate ?? 4000)), seed: seed)
        let bodies = reports.map { report in
            var report = report
            // Whoever is logged in is the author.
            report.fields[FieldName.reporter.rawValue] = nil
            return report.body
        }
        let book = RequestBook(bodies, form: .plain, fields: sender.fields)
        let usage = Usage(of: process)
        let outcome = try await LoadGenerator(
            port: Pair.port(of: node), rate: rate, seconds: Self.seconds
        ).run(book)
        guard outcome.refused == 0, outcome.done > 0 else {
            throw LoadGenerator.Failed(description: "reports were refused: \(outcome.refusal ?? "no answer")")
        }
        return (Double(outcome.done) / outcome.seconds, usage.cpuPercent)
    }
}
