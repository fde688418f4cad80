import Dispatch
import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit

/// The parts that need one gateway and central.
enum PairParts {
    private static let seed: UInt64 = 20_261_129

    // MARK: Intake

    static func intake(_ options: Options, _ results: Results) async throws {
        for form in RequestBook.Form.allCases {
            let pair = try await Pair.start(options)
            do {
                try await pair.cut()
                try await take(form, options, pair, results)
            } catch {
                await pair.end()
                throw error
            }
            await pair.end()
        }
    }

    private static func take(
        _ form: RequestBook.Form, _ options: Options, _ pair: Pair, _ results: Results
    ) async throws {
        let bodies = BenchReports.bodies(count: options.reports, seed: seed)
        let book = RequestBook(bodies, form: form)
        let part = "intake \(form.rawValue)"
        let load = LoadGenerator(port: try await pair.gatewayPort())
        let before = try await pair.gateway.socket.status().journal.head
        let usage = try pair.usage().gateway
        let outcome = try await load.run(book)
        // What may follow within 50 ms belongs to the cost.
        try await Task.sleep(for: .milliseconds(300))
        let cpu = usage.cpuMicroseconds
        let taken = try await pair.gateway.socket.status().journal.head - before
        guard outcome.refused == 0, taken == UInt64(options.reports) else {
            let text = outcome.refusal.map { $0.prefix(while: { $0 != "\r\n" }) } ?? "\(taken) reports were taken"
            results.note(part, form == .plain ? "failed: \(text)" : "skipped: this program does not offer it (\(text))")
            return
        }
        guard form == .plain || outcome.bytes == 0 || form == .lines && outcome.lines == options.reports else {
            results.note(part, "skipped: this program does not offer it (\(outcome.bytes) bytes of answers)")
            return
        }
        let reports = Double(options.reports)
        let isPlain = form == .plain
        results.record(part, "rate", reports / outcome.seconds, "reports/s", target: target(of: form))
        let latency = form == .lines ? "latency of \(RequestBook.lines) reports" : "latency"
        results.record(part, "\(latency) p50", outcome.latencies.milliseconds(0.5), "ms")
        results.record(part, "\(latency) p99", outcome.latencies.milliseconds(0.99), "ms")
        results.record(part, "CPU a report", cpu / reports, "µs", target: isPlain ? "≤ 100" : "")
        results.record(
            part, "written a report", usage.writtenBytes / reports / 1024, "KiB", target: isPlain ? "≤ 6" : "")
        results.record(part, "peak memory", usage.peakMebibytes, "MiB", target: "< 64")
        results.record(part, "CPU of the load generator a report", outcome.ownMicroseconds / reports, "µs")
        if isPlain { results.record(part, "bytes of a body", average(bodies), "bytes") }
    }

    private static func target(of form: RequestBook.Form) -> String {
        form == .plain ? "> PostgreSQL" : "> 3 × PostgreSQL"
    }

    private static func average(_ bodies: [[UInt8]]) -> Double {
        Double(bodies.reduce(0) { $0 + $1.count }) / Double(bodies.count)
    }

    // MARK: Catch-up

    static func catchUp(_ options: Options, _ results: Results) async throws {
        let pair = try await Pair.start(options)
        do {
            try await pair.cut()
            let book = RequestBook(BenchReports.bodies(count: options.reports, seed: seed), form: .plain)
            _ = try await LoadGenerator(port: try await pair.gatewayPort()).run(book)
            try await Task.sleep(for: .seconds(1))
            try await drain(options, pair, results)
        } catch {
            await pair.end()
            throw error
        }
        await pair.end()
    }

    /// Bytes on the link that more than the greeting takes.
    private static let firstBytes: UInt64 = 20_000

    private static func drain(_ options: Options, _ pair: Pair, _ results: Results) async throws {
        let before = pair.link.bytes
        let (gateway, central) = try pair.usage()
        let start = ProcessMeter.now()
        try await pair.link.heal()
        let hasBegun = try await waits(60, pause: .milliseconds(1)) { pair.link.bytes.up > before.up + firstBytes }
        guard hasBegun else { throw LoadGenerator.Failed(description: "nothing went over the link within 60 s") }
        let first = ProcessMeter.now()
        try await pair.settle(within: 600)
        let end = ProcessMeter.now()
        let bytes = pair.link.bytes
        let reports = Double(options.reports)
        let cpu = (gateway.cpuMicroseconds, central.cpuMicroseconds)
        results.record("catchup", "link up → first entries", Double(first - start) / 1e9, "s", target: "≤ 0.3")
        results.record(
            "catchup", "rate", reports / (Double(end - first) / 1e9), "reports/s", target: "> 2 × PostgreSQL")
        results.record("catchup", "CPU of both a report", (cpu.0 + cpu.1) / reports, "µs", target: "≤ 40")
        results.record("catchup", "CPU of the gateway a report", cpu.0 / reports, "µs")
        results.record("catchup", "CPU of central a report", cpu.1 / reports, "µs")
        results.record(
            "catchup", "on the wire a report", Double(bytes.up - before.up) / reports, "bytes", target: "≤ 150")
        results.record("catchup", "back a report", Double(bytes.down - before.down) / reports, "bytes")
        results.record("catchup", "written by central a report", central.writtenBytes / reports / 1024, "KiB")
        results.record("catchup", "peak memory of the gateway", gateway.peakMebibytes, "MiB", target: "< 64")
        results.record("catchup", "peak memory of central", central.peakMebibytes, "MiB", target: "< 128")
    }

    // MARK: Steady

    static func steady(_ options: Options, _ results: Results) async throws {
        let pair = try await Pair.start(options)
        do {
            let reports = BenchReports.make(count: 200, seed: seed &+ 1)
            let book = RequestBook(reports.map(\.body), form: .plain)
            let load = LoadGenerator(port: try await pair.gatewayPort(), clients: 1, rate: 20)
            let port = try await pair.centralPort()
            async let shown = watch(reports.map { "/v1/reports/\($0.id)" }, port: port)
            let outcome = try await load.run(book)
            let seen = try await shown
            let delays = zip(outcome.answered, seen).map { answered, seen in
                answered == 0 || seen == 0 ? UInt64.max : seen > answered ? seen - answered : 0
            }
            results.record("steady", "accepted p50", outcome.latencies.milliseconds(0.5), "ms")
            results.record("steady", "accepted p99", outcome.latencies.milliseconds(0.99), "ms")
            let latencies = Latencies(delays)
            results.record("steady", "readable at central p50", latencies.milliseconds(0.5), "ms", target: "≤ 2")
            results.record("steady", "readable at central p99", latencies.milliseconds(0.99), "ms", target: "≤ 8")
        } catch {
            await pair.end()
            throw error
        }
        await pair.end()
    }

    /// When each path was first found, in their order.
    private static func watch(_ paths: [String], port: Int) async throws -> [UInt64] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let connection = try ReadingConnection(port: port)
                        let deadline = ProcessMeter.now() + 40_000_000_000
                        return try paths.map { path in
                            while ProcessMeter.now() < deadline {
                                if try connection.get(path) == 200 { return ProcessMeter.now() }
                                ProcessMeter.pause(nanoseconds: 300_000)
                            }
                            return 0
                        }
                    })
            }
        }
    }

    // MARK: Compare

    static func compare(_ options: Options, _ results: Results) async throws {
        let pair = try await Pair.start(options)
        do {
            let book = RequestBook(BenchReports.bodies(count: options.reports, seed: seed), form: .plain)
            _ = try await LoadGenerator(port: try await pair.gatewayPort()).run(book)
            try await pair.settle(within: 600)
            let usage = try pair.usage()
            let start = ProcessMeter.now()
            let own = try await pair.gateway.socket.digest()
            let held = try await pair.central.socket.digest(gateway: pair.gateway.name)
            let seconds = Double(ProcessMeter.now() - start) / 1e9
            results.record("compare", "digests of both sides", seconds * 1000, "ms")
            results.record("compare", "CPU of the gateway", usage.gateway.cpuMicroseconds / 1000, "ms")
            results.record("compare", "CPU of central", usage.central.cpuMicroseconds / 1000, "ms")
            if own.digest != held.digest { results.note("compare", "failed: the digests differ") }
            try await verify(pair, results)
            let bytes = pair.link.bytes
            let again = ProcessMeter.now()
            try await pair.resyncs(.full)
            results.record("compare", "full pull", Double(ProcessMeter.now() - again) / 1e9, "s")
            results.record("compare", "full pull", Double(pair.link.bytes.up - bytes.up) / 1_048_576, "MiB")
        } catch {
            await pair.end()
            throw error
        }
        await pair.end()
    }

    /// Comparisons of equal sides, and of sides that differ in a hundred entries; then the repair.
    private static func verify(_ pair: Pair, _ results: Results) async throws {
        for (name, mode) in [("first", ResyncJob.Mode.verify), ("again", .verify), ("deep", .deep)] {
            let start = ProcessMeter.now()
            let job = try await pair.resyncs(mode)
            results.record("compare", "verify, \(name)", Double(ProcessMeter.now() - start) / 1e6, "ms")
            results.record("compare", "verify, \(name)", Double(job.comparedBytes) / 1024, "KiB")
            if job.differing > 0 { results.note("compare", "failed: \(job.differing) differ") }
        }
        _ = await pair.central.stop()
        try lose(100, at: pair.central.directory)
        _ = try await pair.central.start()
        _ = try await waits(60) { try await pair.central.socket.status().peers.contains(where: \.isConnected) }
        for (name, mode) in [("100 lost, named", ResyncJob.Mode.verify), ("100 lost, repaired", .repair)] {
            let (start, bytes) = (ProcessMeter.now(), pair.link.bytes)
            let job = try await pair.resyncs(mode)
            results.record("compare", name, Double(ProcessMeter.now() - start) / 1e6, "ms")
            let crossed = pair.link.bytes.up + pair.link.bytes.down - bytes.up - bytes.down
            results.record("compare", name, Double(crossed) / 1024, "KiB")
            results.record("compare", "\(name): entries", Double(max(job.differing, job.moved)), "")
        }
    }

    /// Deletes entries of the gateway, spread over its journal.
    private static func lose(_ count: Int, at directory: String) throws {
        let script = """
            import random, sqlite3
            db = sqlite3.connect("\(directory)/journal.sqlite")
            (origin, head), = db.execute("SELECT number, head FROM origins ORDER BY head DESC LIMIT 1")
            for seq in random.Random(7).sample(range(1, head), \(count)):
                db.execute("DELETE FROM entries WHERE place = ?", (origin << 40 | seq,))
            db.commit()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", script]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LoadGenerator.Failed(description: "the entries could not be deleted")
        }
    }

    // MARK: Idle

    static func idle(_ options: Options, _ results: Results) async throws {
        let pair = try await Pair.start(options)
        // What follows a start is not idle.
        try await Task.sleep(for: .seconds(5))
        let usage = try pair.usage()
        try await Task.sleep(for: .seconds(60))
        results.record("idle", "gateway", usage.gateway.cpuPercent, "% of a core", target: "< 0.1")
        results.record("idle", "central", usage.central.cpuPercent, "% of a core", target: "< 0.1")
        await pair.end()
    }
}
