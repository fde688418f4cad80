import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit

/// One central node and many gateways, which this process simulates over TLS.
enum FleetPart {
    static func run(_ options: Options, _ results: Results) async throws {
        try await busy(options.isLong ? 1000 : 200, options, results)
        try await backlogs(options.isLong ? 400 : 100, options, results)
        // Last, because it takes this process the most memory.
        try await idle(options.isLong ? 20_000 : 500, options, results)
    }

    private static func process(_ fleet: SimulatedFleet) throws -> Int32 {
        guard let process = fleet.central.processID else { throw LoadGenerator.Failed(description: "central ended") }
        return process
    }

    private static func missing(_ fleet: SimulatedFleet, _ part: String, _ results: Results) {
        let lost = fleet.gateways.count - fleet.connected
        guard lost > 0 else { return }
        let reason = fleet.gateways.lazy.compactMap(\.goodbye).first ?? "no answer"
        results.note(part, "failed: \(lost) gateways have no session (\(reason))")
    }

    /// Each gateway makes a report a second.
    private static func busy(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "fleet \(count) busy"
        let seconds = 20
        let fleet = try await SimulatedFleet.start(count, options)
        do {
            try await fleet.converse(interval: .seconds(1)) {
                missing(fleet, part, results)
                let before = fleet.gateways.map(\.delays.count)
                let usage = Usage(of: try process(fleet))
                try await Task.sleep(for: .seconds(seconds))
                let percent = usage.cpuPercent
                let delays = Latencies(zip(fleet.gateways, before).flatMap { $0.delays.dropFirst($1) })
                results.record(part, "reports confirmed a second", Double(delays.count) / Double(seconds), "reports/s")
                results.record(part, "sent → durable p50", delays.milliseconds(0.5), "ms")
                results.record(part, "sent → durable p99", delays.milliseconds(0.99), "ms", target: "< 250")
                results.record(part, "CPU of central", percent, "% of a core", target: "< 100")
                results.record(part, "peak memory of central", usage.peakMebibytes, "MiB", target: "< 512")
            }
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }

    /// Sessions that say nothing; then 20 reports a second at central itself, which concern no gateway.
    private static func idle(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "fleet \(count) idle"
        let fleet = try await SimulatedFleet.start(count, options)
        do {
            let before = ProcessMeter(id: try process(fleet)).resident
            try await fleet.converse {
                missing(fleet, part, results)
                try await Task.sleep(for: .seconds(2))
                let quiet = Usage(of: try process(fleet))
                try await Task.sleep(for: .seconds(options.isLong ? 60 : 10))
                let limit = options.isLong ? "< 50" : ""
                results.record(part, "CPU of central", quiet.cpuPercent, "% of a core", target: limit)
                let meter = ProcessMeter(id: try process(fleet))
                let sessions = Double(max(1, fleet.connected))
                results.record(
                    part, "memory a session", (Double(meter.resident) - Double(before)) / sessions / 1024, "KiB",
                    target: "≤ 64")
                results.record(
                    part, "memory of central", Double(meter.resident) / 1_048_576, "MiB",
                    target: options.isLong ? "< 2048" : "")
                let load = LoadGenerator(port: try await Pair.port(of: fleet.central), clients: 1, rate: 20)
                let book = RequestBook(BenchReports.bodies(count: 200, seed: 7), form: .plain)
                let usage = Usage(of: try process(fleet))
                let outcome = try await load.run(book)
                results.record(part, "CPU of central at 20 commits/s", usage.cpuPercent, "% of a core")
                results.record(part, "POST p99 at 20 commits/s", outcome.latencies.milliseconds(0.99), "ms")
            }
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }

    /// All gateways come with a backlog at once.
    private static func backlogs(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "fleet \(count) backlogs"
        let (batches, entries) = (3, 400)
        let fleet = try await SimulatedFleet.start(count, options)
        do {
            var filling = Filling(seed: 8)
            let waiting = fleet.gateways.map {
                $0.backlog(batches: batches, entries: entries, filling: &filling)
            }
            let usage = Usage(of: try process(fleet))
            let start = ProcessMeter.now()
            try await fleet.converse(backlogs: waiting) {
                let total = count * batches
                let isDone = try await waits(300) { fleet.gateways.reduce(0) { $0 + $1.delays.count } == total }
                let seconds = Double(ProcessMeter.now() - start) / 1e9
                guard isDone else { return results.note(part, "failed: not all is confirmed after 300 s") }
                let reports = Double(total * entries)
                results.record(part, "rate", reports / seconds, "reports/s")
                results.record(part, "CPU of central a report", usage.cpuMicroseconds / reports, "µs")
                results.record(part, "peak memory of central", usage.peakMebibytes, "MiB")
            }
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }
}
