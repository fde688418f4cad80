import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import TestKit
import Testing

extension Rigs {
    /// A link with a budget for the day: photos stop in time and go on the next day, and reports never wait.
    @Suite(.runs(unless: WallClock.hindrance), .timeLimit(.minutes(30))) struct BudgetRig {
        private static let link = LinkCondition(bytesPerSecond: 125_000, delayMilliseconds: 20)

        @Test func `A budget for the day stops photos alone, and they go on the next day as forecast`() async throws {
            let megabytes = Rig.count(2, long: 50)
            let photos = megabytes * 5
            try await Rig.run("daily budget of \(megabytes) MB", least: 10) { rig in
                let town = try await rig.fleet(
                    gateways: 1, settings: ["links: {lte: {peers: [127.0.0.1], daily: \(megabytes)MB}}"])
                let (gateway, relay) = (town.gateways[0], town.links[0])
                let clock = try WallClock(directory: rig.directory)
                for node in town.nodes { rig.check(await node.stop(), "\(node.name) did not end well") }
                let launch = clock.launch(["TZ": "UTC"])
                let intakes = [try await rig.start(town.central, launch), try await rig.start(gateway, launch)]
                let restarted = Town(fleet: town.fleet, intakes: intakes)
                _ = try await restarted.converge(within: 30)
                await relay.cut()
                try await rig.feed(10, to: intakes[1], isPlain: true)
                let taken = try await rig.attachPhotos(photos, at: intakes[1])
                relay.condition = Self.link
                // The day ends some seconds after the budget does.
                try clock.set(.ahead(seconds: Self.secondsUntilMidnight - Int64(megabytes * 9 + 20)))
                try await relay.heal()
                try await Self.live(rig, restarted, taken, UInt64(megabytes) * 1_000_000)
            }
        }

        private static func live(_ rig: Rig, _ town: Town, _ photos: [Hash256], _ limit: UInt64) async throws {
            let end = End()
            let reports = Task { try await rig.sendOneByOne(urgent: false, town, until: end) }
            defer {
                end.come()
                reports.cancel()
            }
            let store = PhotoFiles(of: town.nodes[0].directory)
            let patience = Double(limit / 125_000) * 2 + 60
            var (carried, forecast): (UInt64, UInt64?) = (0, nil)
            let hasStopped = try await waits(patience) {
                let link = try await town.gateways[0].socket.links().state.links.first { $0.name == "lte" }
                (carried, forecast) = (link?.day.bytes ?? 0, link?.photosThroughSeconds)
                return link?.photosWaitFor == "day-budget"
            }
            let stopped = ContinuousClock.now
            rig.check(hasStopped, "photos did not stop for the budget")
            let share = Double(carried) / Double(limit)
            rig.check(abs(share - 1) <= 0.015, "photos stopped at \(share) of the budget")
            let early = photos.filter { store.holds([$0]) }.count
            rig.check(early < photos.count, "all photos were through before the budget was spent")
            rig.check(try await waits(patience) { store.holds(photos) }, "not all photos arrived, or not whole")
            let took = (ContinuousClock.now - stopped) / .seconds(1)
            end.come()
            let times = try await reports.value
            rig.check(times, within: 2.5)
            let foreseen = Double(forecast ?? 0)
            rig.check(
                abs(took - foreseen) <= max(3, foreseen / 10), "forecast \(foreseen) s, but it took \(took) s")
            town.links[0].condition = LinkCondition()
            _ = try await town.converge(within: 60)
            try await rig.lookEverywhere(town)
            rig.measure {
                $0.trials = 1
                $0.figures =
                    [
                        ("of the budget when photos stopped", String(format: "%.4f", share)),
                        ("photos of \(photos.count) before the next day", "\(early)"),
                        ("s forecast for the rest", String(format: "%.0f", foreseen)),
                        ("s taken", String(format: "%.0f", took)),
                    ] + times.figures
            }
        }

        private static var secondsUntilMidnight: Int64 { 86_400 - Int64(Date.now.timeIntervalSince1970) % 86_400 }
    }
}
