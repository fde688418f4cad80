import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import Foundation
import Glibc
import TestKit

/// What the scrub after a start takes, and how long requests wait meanwhile.
enum ScrubPart {
    private static let seconds = 15

    static func run(_ options: Options, _ results: Results) async throws {
        let size = options.entries ?? (options.isLong ? 1_000_000 : 100_000)
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/gateway")
        var filling = Filling(seed: 2)
        let journal = try filled.journal(.gateway)
        try await filling.append(size, to: journal)
        try journal.close()
        let node = GrowthPart.node(filled.directory, options)
        try await node.start()
        defer { node.kill() }
        guard let process = node.processID else { return }
        // The scrub begins with a burst (`Limits.scrubBurst`), after which it is what it will be for hours.
        for (when, seconds, target) in [("in the first 5 s", 5, ""), ("after that", 10, "< 2")] {
            let usage = Usage(of: process)
            try await Task.sleep(for: .seconds(seconds))
            results.record("scrub \(size)", "CPU \(when)", usage.cpuPercent, "% of a core", target: target)
        }
        let load = LoadGenerator(port: try await Pair.port(of: node), clients: 1, rate: 20)
        let bodies = BenchReports.bodies(count: seconds * 20, seed: 3)
        let outcome = try await load.run(RequestBook(bodies, form: .plain))
        results.record("scrub \(size)", "POST p50", outcome.latencies.milliseconds(0.5), "ms")
        results.record("scrub \(size)", "POST p99", outcome.latencies.milliseconds(0.99), "ms")
        results.record("scrub \(size)", "POST slowest", outcome.latencies.milliseconds(1), "ms", target: "p50 + 5")
    }
}
