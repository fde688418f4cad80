import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import Glibc
import TestKit

/// How soon a report is at central after a network interface came up again. The gateway lives in a network namespace,
/// and the interface that goes down and up is its own.
enum LinkPart {
    private static let space = "fpbench\(getpid() % 10_000)"
    private static let (near, far) = ("fpb\(getpid() % 10_000)c", "fpb\(getpid() % 10_000)g")
    private static let (central, gateway) = ("10.213.77.1", "10.213.77.2")
    private static let outages = [3, 10, 20]

    static func run(_ options: Options, _ results: Results) async throws {
        guard geteuid() == 0 else { return results.note("link", "skipped: needs root, for a network namespace") }
        if let reason = Tool.whyNot(["ip", "nsenter"]) { return results.note("link", "skipped: \(reason)") }
        let place = try TemporaryDirectory()
        defer { place.remove() }
        do {
            try Tool.run("ip", ["netns", "add", space])
        } catch {
            return results.note("link", "skipped: \(error)")
        }
        defer { _ = try? Tool.run("ip", ["netns", "delete", space]) }
        try Tool.run("ip", ["link", "add", near, "type", "veth", "peer", "name", far, "netns", space])
        // It goes away with its peer.
        try Tool.run("ip", ["address", "add", "\(central)/30", "dev", near])
        try Tool.run("ip", ["link", "set", near, "up"])
        try inside(["address", "add", "\(gateway)/30", "dev", far])
        try inside(["link", "set", "lo", "up"])
        try inside(["link", "set", far, "up"])
        try await measure(place.path, options, results)
    }

    /// Runs ip(8) in the gateway's namespace.
    private static func inside(_ arguments: [String]) throws { try Tool.run("ip", ["-n", space] + arguments) }

    private static func measure(_ directory: String, _ options: Options, _ results: Results) async throws {
        let top = NodeProcess(
            program: options.binary, role: "central", name: "central", directory: directory + "/central",
            listens: false, arguments: ["--listen=\(central):0"])
        try top.prepare()
        defer { top.kill() }
        try await top.start()
        _ = try await waits(10) { try await top.socket.status().peerAddress != nil }
        guard let address = try await top.socket.status().peerAddress else {
            throw LoadGenerator.Failed(description: "central does not listen at \(central)")
        }
        let node = NodeProcess(
            program: options.binary, role: "gateway", name: "gateway", directory: directory + "/gateway",
            listens: false, arguments: ["--dial", address, "--grids", "G10110"])
        try node.prepare()
        try await node.enroll(with: top, grids: ["G10110"])
        defer { node.kill() }
        let launch = Launch(wrapper: [Tool.path("nsenter"), "--net=/run/netns/\(space)"])
        try await node.start(launch)
        let reports = BenchReports.make(count: outages.count + 1, seed: 16)
        try await node.socket.create(reports[0])
        try await arrives(1, at: top)
        for (index, seconds) in outages.enumerated() {
            try inside(["link", "set", far, "down"])
            try await node.socket.create(reports[index + 1])
            try await Task.sleep(for: .seconds(seconds))
            let start = ProcessMeter.now()
            try inside(["link", "set", far, "up"])
            try await arrives(index + 2, at: top)
            results.record(
                "link", "up after \(seconds) s → report at central", Double(ProcessMeter.now() - start) / 1e9, "s",
                target: "≤ 0.3")
        }
    }

    private static func arrives(_ count: Int, at central: NodeProcess) async throws {
        let isThere = try await waits(90, pause: .milliseconds(5)) {
            try await central.socket.status().journal.reports >= count
        }
        guard isThere else { throw LoadGenerator.Failed(description: "the report did not arrive within 90 s") }
    }
}
