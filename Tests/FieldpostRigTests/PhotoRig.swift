import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit
import Testing

/// Photos and reports behind a slow link that is cut again and again.
@Suite(.serialized, .timeLimit(.minutes(60))) struct PhotoRig {
    /// How long the link is there, and then away.
    private static let cycle = (up: Duration.seconds(10), down: Duration.seconds(2))

    @Test func `Over 1 Mbit/s reports come before photos, and what was sent is not sent again`() async throws {
        let photos = Rig.count(16, long: 200)
        try await Rig.run("photos at 1 Mbit/s", least: Rig.count(160, long: 2000)) { rig in
            try await Self.live(
                rig, photos: photos, reports: 10 * photos,
                link: LinkCondition(bytesPerSecond: 125_000, delayMilliseconds: 20), urgentSeconds: 1.5, ratio: 1.05)
        }
    }

    @Test(.enabled(if: TestRun.isLong, "takes a quarter of an hour: Tests/run.sh --long"))
    func `Over 64 kbit/s an urgent report passes the photos`() async throws {
        try await Rig.run("photos at 64 kbit/s", least: 20) { rig in
            try await Self.live(
                rig, photos: 20, reports: 20, link: LinkCondition(bytesPerSecond: 8_000, delayMilliseconds: 40),
                urgentSeconds: 2.5, ratio: 1.10)
        }
    }

    private static func live(
        _ rig: Rig, photos count: Int, reports: Int, link: LinkCondition, urgentSeconds: Double, ratio: Double
    ) async throws {
        let town = try await rig.fleet(gateways: 1)
        _ = try await town.converge(within: 30)
        let relay = town.links[0]
        await relay.cut()
        try await rig.feed(reports, to: town.gatewayIntakes[0], isPlain: true)
        let photos = try await rig.attachPhotos(count, at: town.gatewayIntakes[0])
        relay.condition = link
        let store = PhotoFiles(of: town.nodes[0].directory)
        let start = ContinuousClock.now
        let end = End()
        let cuts = Task { try await breakAgainAndAgain(relay, end) }
        let urgent = Task { try await rig.sendOneByOne(town, until: end) }
        defer {
            end.come()
            cuts.cancel()
            urgent.cancel()
        }
        let expected = count * Rig.photoBytes
        let seconds = 120 + 3 * expected / (link.bytesPerSecond ?? 1)
        rig.check(
            try await waits(Double(seconds)) { try await town.nodes[0].socket.status().journal.reports >= reports },
            "not all reports arrived")
        let (sent, arrived) = (relay.bytes.up, store.bytes)
        let gateway = town.gateways[0]
        let share = Double(arrived) / Double(expected)
        rig.check(share < 0.5, "\(Int(share * 100)) % of the photos were there before all reports")
        rig.check(try await waits(Double(seconds)) { store.holds(photos) }, "not all photos arrived, or not whole")
        let took = (ContinuousClock.now - start) / .seconds(1)
        let payload = Double(relay.bytes.up - sent) / Double(expected - arrived)
        let crossed = Double(try await gateway.socket.status().blobs.sentBytes) / Double(expected)
        end.come()
        let urgents = try await urgent.value
        try await cuts.value
        relay.condition = LinkCondition()
        try await relay.heal()
        _ = try await town.converge(within: 60)
        try await rig.lookEverywhere(town)
        rig.check(crossed <= ratio, "the photos' bytes crossed \(crossed) times")
        rig.check(urgents, within: urgentSeconds)
        rig.measure {
            $0.trials = 1
            $0.figures = [
                ("s", String(format: "%.0f", took)), ("times their bytes", String(format: "%.3f", crossed)),
                ("times with all else on the link", String(format: "%.3f", payload)),
                ("% of the photos there with the last report", String(format: "%.0f", share * 100)),
            ] + urgents.figures
        }
    }

    private static func breakAgainAndAgain(_ relay: Relay, _ end: End) async throws {
        while !end.hasCome {
            try await relay.heal()
            try? await Task.sleep(for: cycle.up)
            guard !end.hasCome else { return }
            await relay.cut()
            try? await Task.sleep(for: cycle.down)
        }
    }
}
