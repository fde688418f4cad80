import Foundation
import Testing

@testable import fieldpost

extension Rigs {
    /// Central is away for long while reports come in at a gateway: the backlog is on the disk, not in memory.
    @Suite(.timeLimit(.minutes(30))) struct AbsentCentralRig {
        /// Bytes that a gateway may take more for a long backlog than for a quarter of it.
        private static let growthLimit = 32 << 20

        @Test func `A gateway's memory does not grow with what waits for central`() async throws {
            try await Rig.run("absent central") { rig in
                let count = Rig.count(2000, long: 20_000)
                let fleet = try await rig.fleet()
                _ = try await fleet.converge(within: 30)
                await fleet.links[0].cut()
                let intake = fleet.gatewayIntakes[0]
                try await rig.feed(count / 4, to: intake, workers: 64, isPlain: true)
                let early = fleet.gateways[0].memory.peak
                try await rig.feed(count - count / 4, to: intake, workers: 64, isPlain: true)
                let late = fleet.gateways[0].memory.peak
                rig.check(late - early < Rig.memory(Self.growthLimit), "memory grew from \(early) to \(late) bytes")

                try await fleet.links[0].heal()
                _ = try await fleet.converge(within: 300)
                let peak = fleet.gateways[0].memory.peak
                rig.check(
                    peak - early < Rig.memory(2 * Self.growthLimit), "sending the backlog took \(peak) bytes of memory")
                let page = rig.ledger.page
                try await rig.look(at: fleet.intakes[0], for: page)
                rig.measure {
                    $0.trials = 1
                    $0.acknowledged = page.count
                    $0.figures = [
                        ("of memory at its peak while central was away", Quantity.bytes(late)),
                        ("while the backlog went up", Quantity.bytes(peak)),
                    ]
                }
            }
        }
    }
}
