import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Links that are slow, half open, or away for long. They mostly wait, so they run beside the other rigs.
@Suite(.timeLimit(.minutes(30))) struct SlowLinkRig {
    /// 32 kbit/s.
    private static let slow = LinkCondition(bytesPerSecond: 4000, delayMilliseconds: 150)
    /// Bytes of a text that no compression helps with.
    private static let textBytes = 24_000

    @Test func `A backlog that fills whole batches arrives over 32 kbit/s without a loop of timeouts`() async throws {
        let count = Rig.count(12, long: 48)
        try await Rig.run("slow link", least: count) { rig in try await Self.live(rig, count: count) }
    }

    private static func live(_ rig: Rig, count: Int) async throws {
        let fleet = try await rig.fleet(gateways: 1)
        _ = try await fleet.converge(within: 30)
        await fleet.links[0].cut()
        for _ in 0..<count { try await Self.post(rig, fleet) }
        fleet.links[0].condition = Self.slow
        let connections = fleet.links[0].connections
        let start = ContinuousClock.now
        try await fleet.links[0].heal()
        // Twice what the bytes alone need.
        _ = try await fleet.converge(within: 60 + 2 * count * Self.textBytes / 4000)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let sessions = fleet.links[0].connections - connections
        rig.check(sessions == 1, "\(sessions) sessions were needed: the link was given up while it carried data")
        try await rig.lookEverywhere(fleet)
        rig.measure {
            $0.trials = 1
            $0.figures = [
                ("s for the backlog", String(format: "%.0f", seconds)), ("sessions", "\(sessions)"),
            ]
        }
    }

    @Test(.enabled(if: TestRun.isLong, "takes a minute: Tests/run.sh --long"))
    func `A link that passes nothing more is noticed within 50 s, and dialled again`() async throws {
        try await Rig.run("black hole", least: 40) { rig in
            let fleet = try await rig.fleet(gateways: 1)
            try await rig.feed(20, to: fleet.gatewayIntakes[0])
            _ = try await fleet.converge(within: 30)
            fleet.links[0].condition = LinkCondition(isBlackHole: true)
            try await rig.feed(20, to: fleet.gatewayIntakes[0])
            let start = ContinuousClock.now
            let isNoticed = try await waits(55) {
                try await fleet.gateways[0].socket.status().peers.first?.isConnected == false
            }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            rig.check(isNoticed && seconds < 50, "noticed only after \(Int(seconds)) s")
            fleet.links[0].condition = LinkCondition()
            _ = try await fleet.converge(within: 60)
            try await rig.lookEverywhere(fleet)
            rig.measure {
                $0.trials = 1
                $0.figures = [("s until noticed", String(format: "%.0f", seconds))]
            }
        }
    }

    private static func post(_ rig: Rig, _ fleet: Town) async throws {
        let feed = Feed(rig: rig, intake: fleet.gatewayIntakes[0])
        var (_, report) = feed.make()
        let printable = (0..<Self.textBytes).map { _ in UInt8.random(in: 0x20...0x7E) }
        report.set(.text, String(decoding: printable, as: UTF8.self))
        feed.sent(report)
        try await fleet.gatewayIntakes[0].create(report)
        feed.acknowledged(report)
    }
}
