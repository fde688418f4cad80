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
        let quiet = Usage(of: process)
        try await Task.sleep(for: .seconds(5))
        results.record("scrub \(size)", "CPU while it runs", quiet.cpuPercent, "% of a core", target: "< 2")
        let load = LoadGenerator(port: try await Pair.port(of: node), clients: 1, rate: 20)
        let bodies = BenchReports.bodies(count: seconds * 20, seed: 3)
        let outcome = try await load.run(RequestBook(bodies, form: .plain))
        results.record("scrub \(size)", "POST p50", outcome.latencies.milliseconds(0.5), "ms")
        results.record("scrub \(size)", "POST p99", outcome.latencies.milliseconds(0.99), "ms")
        results.record("scrub \(size)", "POST slowest", outcome.latencies.milliseconds(1), "ms", target: "p50 + 5")
    }
}
