import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// An urgent report that comes behind a long backlog, on a slow link.
@Suite(.serialized, .timeLimit(.minutes(60))) struct BacklogRig {
    @Test func `Over 64 kbit/s an urgent report passes a backlog of entries`() async throws {
        let backlog = Rig.count(5_000, long: 100_000)
        try await Rig.run("backlog at 64 kbit/s", least: backlog) { rig in
            let town = try await rig.fleet(gateways: 1)
            _ = try await town.converge(within: 30)
            let relay = town.links[0]
            await relay.cut()
            try await rig.feed(backlog, to: town.gatewayIntakes[0], isPlain: true)
            relay.condition = LinkCondition(bytesPerSecond: 8_000, delayMilliseconds: 40)
            try await relay.heal()
            let end = End()
            let urgent = Task { try await rig.sendOneByOne(town, until: end) }
            defer {
                end.come()
                urgent.cancel()
            }
            try await Task.sleep(for: .seconds(Rig.count(20, long: 60)))
            let waiting = try await town.gateways[0].socket.status().peers.first?.entriesWaitingUp ?? 0
            rig.check(waiting > backlog / 4, "only \(waiting) entries still wait: the link was not slow enough")
            end.come()
            let times = try await urgent.value
            relay.condition = LinkCondition()
            _ = try await town.converge(within: 60)
            try await rig.lookEverywhere(town)
            rig.check(times, within: 2.5)
            rig.measure {
                $0.trials = 1
                $0.figures = [("entries waited behind them", "\(waiting)")] + times.figures
            }
        }
    }
}
