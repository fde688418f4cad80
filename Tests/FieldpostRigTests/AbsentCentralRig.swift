import FieldpostFleet
import Foundation
import Testing

extension Rigs {
    /// Central is away for long while reports come in at a gateway: the backlog is on the disk, not in memory.
    @Suite(.timeLimit(.minutes(30))) struct AbsentCentralRig {
        /// Bytes that a gateway may take more for a long backlog than for a quarter of it.
        private static let growthLimit = 32 << 20

        @Test func `A gateway's memory does not grow with what waits for central`() async throws {
            let count = Rig.count(2000, long: 20_000)
            try await Rig.run("absent central", least: count) { rig in try await Self.live(rig, count: count) }
        }

        private static func live(_ rig: Rig, count: Int) async throws {
            let fleet = try await rig.fleet()
            _ = try await fleet.converge(within: 30)
            for link in fleet.links { await link.cut() }
            let intake = fleet.gatewayIntakes[0]
            try await rig.feed(count / 4, to: intake, workers: 64, isPlain: true)
            let early = fleet.gateways[0].memory.peak
            try await rig.feed(count - count / 4, to: intake, workers: 64, isPlain: true)
            let late = fleet.gateways[0].memory.peak
            rig.check(early > 0, "the gateway's memory cannot be read")
            rig.check(late - early < Rig.memory(Self.growthLimit), "memory grew from \(early) to \(late) bytes")

            for link in fleet.links { try await link.heal() }
            _ = try await fleet.converge(within: 300)
            let peak = fleet.gateways[0].memory.peak
            rig.check(
                peak - early < Rig.memory(2 * Self.growthLimit), "sending the backlog took \(peak) bytes of memory")
            try await rig.lookEverywhere(fleet)
            rig.measure {
                $0.trials = 1
                $0.figures = [
                    ("of memory at its peak while central was away", "\(late >> 20) MiB"),
                    ("while the backlog went up", "\(peak >> 20) MiB"),
                ]
            }
        }
    }
}
