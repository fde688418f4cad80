import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostJournal
import FieldpostStore
import Foundation
import TestKit

/// Work that must not grow with what a node holds: origins, readers, a gateway's grids.
enum ScalePart {
    static func run(_ options: Options, _ results: Results) async throws {
        try await origins(options.isLong ? 40_000 : 2_000, options, results)
        try await readers(options.isLong ? 1_000_000 : 50_000, options, results)
        try await grids(options.isLong ? 1_000_000 : 50_000, options, results)
        try await feeds(options.isLong ? 1_000_000 : 50_000, options, results)
    }

    // MARK: Origins

    /// Central knows many origins of one entry each, and takes a report.
    private static func origins(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "origins \(count)"
        let building = ProcessMeter.now()
        let fleet = try await SimulatedFleet.start(0, options) { journal in
            for first in stride(from: 0, to: count, by: Filling.together) {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in first..<min(count, first + Filling.together) {
                        group.addTask { try await add(number, to: journal) }
                    }
                    try await group.waitForAll()
                }
            }
        }
        results.record(
            part, "an origin's first entry", Double(ProcessMeter.now() - building) / 1e6 / Double(count), "ms")
        do {
            let port = try await Pair.port(of: fleet.central)
            let bodies = BenchReports.bodies(count: 501, seed: 9)
            let first = try await LoadGenerator(port: port, clients: 1).run(RequestBook([bodies[500]], form: .plain))
            results.record(part, "first POST after the start", first.latencies.milliseconds(1), "ms")
            guard let process = fleet.central.processID else { return }
            let usage = Usage(of: process)
            let rest = try await LoadGenerator(port: port).run(RequestBook(Array(bodies.dropLast()), form: .plain))
            results.record(part, "slowest of 500 POSTs after it", rest.latencies.milliseconds(1), "ms")
            results.record(part, "CPU a POST", usage.cpuMicroseconds / 500, "µs")
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }

    private static func add(_ number: Int, to journal: Journal) async throws {
        var filling = Filling(seed: UInt64(number), changes: 1)
        var peer = FilledOrigin(node: NodeID(publicKey: Array("\(number)".utf8)))
        let start = peer
        let run = filling.run(of: &peer, count: 1)
        _ = try await journal.register(start.hello(name: "g\(number)", grids: ["S\(number)"]), stamp: Filling.stamp)
        _ = try await journal.ingest(run, of: peer.origin, after: start.chain)
    }

    // MARK: Readers

    /// Eight clients list reports without a pause, while sixteen send some.
    private static func readers(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "readers \(count)"
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/gateway")
        var filling = Filling(seed: 10)
        let journal = try filled.journal(.gateway)
        try await filling.append(count, to: journal)
        try journal.close()
        let node = GrowthPart.node(filled.directory, options)
        try await node.start()
        defer { node.kill() }
        let port = try await Pair.port(of: node)
        for (what, query) in [("newest", ""), ("by grid", "grid=G10110&"), ("by a grid without reports", "grid=none&")]
        {
            let request = Self.request("/v1/reports?\(query)limit=50")
            let outcome = try await LoadGenerator(port: port, clients: 1).run(
                RequestBook(requests: Array(repeating: request, count: 100)))
            results.record(part, "listing of 50, \(what), p50", outcome.latencies.milliseconds(0.5), "ms")
        }
        let listing = RequestBook(requests: Array(repeating: request("/v1/reports?limit=500"), count: 100_000))
        let log = Task {
            var most = 0
            while !Task.isCancelled {
                let attributes = try? FileManager.default.attributesOfItem(
                    atPath: filled.directory + "/journal.sqlite-wal")
                most = max(most, attributes?[.size] as? Int ?? 0)
                try? await Task.sleep(for: .milliseconds(200))
            }
            return most
        }
        async let listed = LoadGenerator(port: port, clients: 8, seconds: 15).run(listing)
        let bodies = BenchReports.bodies(count: 15 * 200, seed: 11)
        let sent = try await LoadGenerator(port: port, rate: 200).run(RequestBook(bodies, form: .plain))
        results.record(part, "POST p99 beside 8 readers", sent.latencies.milliseconds(0.99), "ms")
        results.record(part, "listings of 500 meanwhile", Double(try await listed.done) / 15, "a second")
        log.cancel()
        results.record(part, "largest log", Double(await log.value) / 1_048_576, "MiB")
    }

    private static func request(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
    }

    // MARK: Grids

    /// A gateway at central is given a grid with a twelfth of all reports.
    private static func grids(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "grids \(count)"
        let fleet = try await SimulatedFleet.start(1, options) { journal in
            var filling = Filling(seed: 12)
            try await filling.append(count, to: journal)
        }
        do {
            let gateway = fleet.gateways[0]
            let load = LoadGenerator(port: try await Pair.port(of: fleet.central), clients: 1, rate: 50, seconds: 60)
            let bodies = BenchReports.bodies(count: 300, seed: 13)
            try await fleet.converse {
                async let sent = load.run(RequestBook(bodies, form: .plain))
                try await Task.sleep(for: .seconds(1))
                let start = ProcessMeter.now()
                _ = try await fleet.central.socket.administer("change", on: gateway.name, [("grids", "G10110")])
                results.record(part, "giving a grid", Double(ProcessMeter.now() - start) / 1e6, "ms")
                let outcome = try await sent
                results.record(part, "slowest POST meanwhile", outcome.latencies.milliseconds(1), "ms")
            }
            let again = ProcessMeter.now()
            _ = try await fleet.central.socket.digest(gateway: gateway.name)
            results.record(part, "digest of the gateway's scope", Double(ProcessMeter.now() - again) / 1e6, "ms")
        } catch {
            await fleet.end()
            throw error
        }
        await fleet.end()
    }

    // MARK: Feeds

    /// A gateway has acknowledged its whole feed. Central deletes the rows of it in small steps.
    private static func feeds(_ count: Int, _ options: Options, _ results: Results) async throws {
        let part = "feeds \(count)"
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let filled = try FilledNode(directory: place.path + "/central")
        let journal = try filled.journal(.central)
        var filling = Filling(seed: 14)
        let grids = Set(
            (0..<2000).compactMap { _ in
                if case .text(let grid) = filling.change().fields[.grid] { grid } else { nil }
            })
        let gateway = FilledOrigin(node: NodeID(publicKey: [1]))
        _ = try await journal.register(gateway.hello(name: "gateway", grids: grids.sorted()), stamp: Filling.stamp)
        try await filling.append(count, to: journal)
        let path = journal.path
        results.record(part, "rows before", Double(try BareTable.count("feed", in: path)), "rows")
        try await journal.acknowledgeFeed(gateway.origin.node, position: .max)
        var (cursor, steps, slowest): (TrimCursor?, Int, UInt64) = (.start, 0, 0)
        while let start = cursor {
            let began = ProcessMeter.now()
            cursor = try await journal.trimFeeds(start, keeping: Limits.feedRowsKept)
            slowest = max(slowest, ProcessMeter.now() - began)
            steps += 1
        }
        results.record(part, "steps", Double(steps), "steps")
        results.record(part, "slowest step", Double(slowest) / 1e6, "ms")
        results.record(part, "rows after", Double(try BareTable.count("feed", in: path)), "rows")
        try journal.close()
    }
}
