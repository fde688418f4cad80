import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import MediaSamples
import TestKit

/// Photos go from a gateway to central; then rsync copies the same files, through the same kind of relay.
enum PhotosPart {
    private static let photos = 200
    private static let photoBytes = 300_000

    static func run(_ options: Options, _ results: Results) async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let source = place.path + "/photos"
        try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: false)
        var random = SeededGenerator(seed: 20_261_130)
        let start = SampleJPEG.bytes()
        let paths = try (0..<photos).map { number in
            let path = source + "/\(number).jpg"
            let content = start + (0..<photoBytes - start.count).map { _ in UInt8(random.below(256)) }
            try Data(content).write(to: URL(filePath: path))
            return path
        }
        let own = try await send(paths, options, results)
        let other = try await copy(source, to: place.path, results)
        guard let other else { return }
        results.record("photos", "time beside rsync", own.seconds / other.seconds, "times", target: "≤ 1.5")
        results.record(
            "photos", "bytes beside the files' own", own.bytes / Double(paths.count * photoBytes), "times",
            target: "≤ 1.01")
    }

    private static func send(
        _ paths: [String], _ options: Options, _ results: Results
    ) async throws -> (seconds: Double, bytes: Double) {
        let pair = try await Pair.start(options)
        do {
            let client = pair.fleet.gatewayClients[0]
            _ = try await pair.gateway.socket.pauseLinks(seconds: 3600)
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 12)[0] else { return (0, 0) }
            _ = try await client.create(report)
            for path in paths {
                guard let file = FileHandle(forReadingAtPath: path) else { continue }
                let photo = try await client.upload(file)
                try file.close()
                _ = try await client.attach(photo, to: report.id, role: nil)
            }
            try await pair.settle(within: 60)
            let (gateway, central) = try pair.usage()
            let before = pair.link.bytes
            let start = ProcessMeter.now()
            _ = try await pair.gateway.socket.resumeLinks()
            let isThere = try await waits(300, pause: .milliseconds(20)) {
                try await pair.central.socket.status().blobs.held == paths.count
            }
            guard isThere else { throw LoadGenerator.Failed(description: "not all photos came within 300 s") }
            let seconds = Double(ProcessMeter.now() - start) / 1e9
            let (up, down) = (pair.link.bytes.up - before.up, pair.link.bytes.down - before.down)
            let cpu = (gateway.cpuMicroseconds / 1e6, central.cpuMicroseconds / 1e6)
            results.record("photos", "to central", seconds, "s")
            results.record("photos", "up", Double(up) / 1e6, "MB")
            results.record("photos", "back", Double(down) / 1e6, "MB")
            results.record("photos", "CPU of the gateway", cpu.0, "s")
            results.record("photos", "CPU of central", cpu.1, "s")
            results.record("photos", "peak memory of the gateway", gateway.peakMebibytes, "MiB")
            results.record("photos", "peak memory of central", central.peakMebibytes, "MiB")
            await pair.end()
            return (seconds, Double(up))
        } catch {
            await pair.end()
            throw error
        }
    }

    /// Nil if rsync is not installed.
    private static func copy(
        _ source: String, to place: String, _ results: Results
    ) async throws -> (seconds: Double, bytes: Double)? {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/rsync") else {
            results.note("photos", "rsync is not installed: nothing to compare with")
            return nil
        }
        // Free a moment ago.
        let probe = try await Relay(target: 0)
        let port = probe.port
        await probe.cut()
        let configuration = """
            port = \(port)
            address = 127.0.0.1
            use chroot = no
            [copy]
            path = \(place)/copy
            read only = no
            uid = \(getuid())
            gid = \(getgid())

            """
        try Data(configuration.utf8).write(to: URL(filePath: place + "/rsyncd.conf"))
        try FileManager.default.createDirectory(atPath: place + "/copy", withIntermediateDirectories: false)
        let daemon = try Process.run(
            URL(filePath: "/usr/bin/rsync"),
            arguments: ["--daemon", "--no-detach", "--config", place + "/rsyncd.conf"])
        defer {
            daemon.terminate()
            daemon.waitUntilExit()
        }
        try await Task.sleep(for: .milliseconds(500))
        let link = try await Relay(target: port)
        let start = ProcessMeter.now()
        let client = try Process.run(
            URL(filePath: "/usr/bin/rsync"),
            arguments: ["-a", "--fsync", source + "/", "rsync://127.0.0.1:\(link.port)/copy/"])
        while client.isRunning { try await Task.sleep(for: .milliseconds(5)) }
        let seconds = Double(ProcessMeter.now() - start) / 1e9
        await link.cut()
        guard client.terminationStatus == 0 else {
            results.note("photos", "rsync failed with status \(client.terminationStatus)")
            return nil
        }
        results.record("photos", "rsync of the same files", seconds, "s")
        results.record("photos", "rsync: up", Double(link.bytes.up) / 1e6, "MB")
        return (seconds, Double(link.bytes.up))
    }
}
