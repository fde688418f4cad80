import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import Foundation
import Glibc
import TestKit

/// What a report costs, and how long a start takes, in journals of several sizes.
enum GrowthPart {
    /// Reports that are measured at a size. In a large journal they are more than `Limits.recentReportIDs`, because ids
    /// are written to the index so many at a time.
    private static func sample(at size: Int) -> Int { max(4_000, min(size / 10, 70_000)) }
    /// Appends at once, as with 16 clients.
    private static let clients = 16

    static func run(_ options: Options, _ results: Results) async throws {
        let largest = options.entries ?? (options.isLong ? 10_000_000 : 100_000)
        let sizes = [10_000, 100_000, 1_000_000, 10_000_000].filter { $0 <= max(largest, 10_000) }
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/gateway")
        var filling = Filling(seed: 1)
        var held = 0
        var costs: [Double] = []
        for size in sizes {
            let journal = try filled.journal(.gateway)
            try await filling.append(size - held, to: journal)
            let sample = sample(at: size)
            let usage = Usage(of: getpid())
            try await filling.append(sample, to: journal, together: clients)
            let part = "growth \(size)"
            costs.append(usage.cpuMicroseconds / Double(sample))
            results.record(part, "CPU of the journal a report", costs[costs.count - 1], "µs")
            results.record(part, "written a report", usage.writtenBytes / Double(sample) / 1024, "KiB")
            held = size + sample
            try journal.close()
            try await starts(filled.directory, part, options, results)
        }
        results.record(
            "growth", "cost at the largest size beside the smallest", (costs.last ?? 0) / (costs.first ?? 1), "times",
            target: "≤ 1.3")
    }

    /// A gateway over the journal, which dials nobody.
    static func node(_ directory: String, _ options: Options) -> NodeProcess {
        NodeProcess(
            program: options.binary, role: "gateway", name: "gateway", directory: directory, listens: false,
            arguments: ["--dial", "127.0.0.1:9", "--grids", "G10110"])
    }

    private static func starts(
        _ directory: String, _ part: String, _ options: Options, _ results: Results
    ) async throws {
        let node = node(directory, options)
        try await start(node)
        let clean = try await afterStop(node)
        results.record(part, "start after a clean stop", clean, "s", target: "< 1")
        let meter = ProcessMeter(id: node.processID ?? 0)
        // Whatever the start left to be done is going on.
        try await Task.sleep(for: .seconds(2))
        results.record(part, "peak memory", Double(meter.peak) / 1_048_576, "MiB", target: "< 64")
        let size = try await node.socket.status().journal.fileBytes
        results.record(part, "file", Double(size) / 1_048_576, "MiB")
        node.kill()
        results.record(part, "start after SIGKILL", try await start(node), "s", target: "< 5")
        _ = await node.stop()
    }

    private static func afterStop(_ node: NodeProcess) async throws -> Double {
        _ = await node.stop()
        return try await start(node)
    }

    /// Seconds from the start of the process until it answers.
    @discardableResult
    private static func start(_ node: NodeProcess) async throws -> Double {
        let start = ProcessMeter.now()
        try await node.start()
        return Double(ProcessMeter.now() - start) / 1e9
    }
}
