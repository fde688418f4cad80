import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import FieldpostNode
import Foundation
import MediaSamples
import Synchronization
import TestKit
import Testing

/// Photos and reports behind a slow link that is cut again and again.
@Suite(.serialized, .timeLimit(.minutes(60))) struct PhotoRig {
    private static let photoBytes = 300_000
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
        let photos = try await take(count, rig, town)
        relay.condition = link
        let store = PhotoStore(directory: town.nodes[0].directory + "/blobs")
        let start = ContinuousClock.now
        let end = End()
        let cuts = Task { try await breakAgainAndAgain(relay, end) }
        let urgent = Task { try await sendUrgent(rig, town, relay, end) }
        defer {
            end.come()
            cuts.cancel()
            urgent.cancel()
        }
        let expected = count * photoBytes
        let seconds = 120 + 3 * expected / (link.bytesPerSecond ?? 1)
        rig.check(
            try await waits(Double(seconds)) { try await town.nodes[0].socket.status().journal.reports >= reports },
            "not all reports arrived")
        let (sent, arrived) = (relay.bytes.up, store.bytes)
        let share = Double(arrived) / Double(expected)
        rig.check(share < 0.5, "\(Int(share * 100)) % of the photos were there before all reports")
        rig.check(try await waits(Double(seconds)) { store.holds(photos) }, "not all photos arrived, or not whole")
        let took = (ContinuousClock.now - start) / .seconds(1)
        let crossed = Double(relay.bytes.up - sent) / Double(expected - arrived)
        end.come()
        let latencies = try await urgent.value.sorted()
        try await cuts.value
        relay.condition = LinkCondition()
        try await relay.heal()
        _ = try await town.converge(within: 60)
        try await rig.lookEverywhere(town)
        rig.check(crossed <= ratio, "the photos' bytes crossed \(crossed) times")
        let slowest = latencies.isEmpty ? .infinity : latencies[min(latencies.count - 1, latencies.count * 99 / 100)]
        // A sanitizer slows the nodes down, not the link.
        rig.check(TestRun.sanitizer != nil || slowest < urgentSeconds, "an urgent report took \(slowest) s")
        rig.measure {
            $0.trials = 1
            $0.figures = [
                ("s", String(format: "%.0f", took)), ("times the bytes", String(format: "%.3f", crossed)),
                ("% of the photos there with the last report", String(format: "%.0f", share * 100)),
                ("urgent reports", "\(latencies.count)"), ("s, the slowest 1 %", String(format: "%.2f", slowest)),
            ]
        }
    }

    /// Uploads photos at the gateway, and attaches each to a report.
    private static func take(_ count: Int, _ rig: Rig, _ town: Town) async throws -> [Hash256] {
        var photos: [Hash256] = []
        let client = town.gatewayIntakes[0].client
        let start = SampleJPEG.bytes()
        var random = SystemRandomNumberGenerator()
        for number in 0..<count {
            let tail = (0..<photoBytes - start.count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let path = rig.directory + "/photo-\(number).jpg"
            try Data(start + tail).write(to: URL(filePath: path))
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            let photo = try await client.upload(file)
            try file.close()
            try FileManager.default.removeItem(atPath: path)
            guard let report = rig.ledger.latestReport() else { continue }
            guard let key = IdempotencyKey("attach-\(report)-\(photo.hex)-")?.entry else { continue }
            rig.ledger.sent(
                key,
                Write(kind: .photo, report: report, node: town.gatewayIntakes[0].name, author: "", text: photo.hex))
            _ = try await client.attach(photo, to: report, role: nil)
            rig.ledger.acknowledged(key)
            photos.append(photo)
        }
        return photos
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

    /// Seconds from the answer at the gateway until central shows the report, for those sent over a session that lasted
    /// so long.
    private static func sendUrgent(_ rig: Rig, _ town: Town, _ relay: Relay, _ end: End) async throws -> [Double] {
        var latencies: [Double] = []
        let feed = Feed(rig: rig, intake: town.gatewayIntakes[0])
        while !end.hasCome {
            try await Task.sleep(for: .milliseconds(1500))
            guard try await town.gateways[0].socket.status().peers.first?.isConnected == true else { continue }
            let session = relay.connections
            let (_, report) = feed.make(urgent: true)
            try await town.gatewayIntakes[0].create(report)
            let start = ContinuousClock.now
            feed.acknowledged(report)
            while !end.hasCome, relay.connections == session {
                if (try? await town.intakes[0].client.report(report.id)) != nil {
                    latencies.append((ContinuousClock.now - start) / .seconds(1))
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return latencies
    }
}

/// The photos in a node's directory.
private struct PhotoStore {
    let directory: String

    private func path(_ photo: Hash256) -> String {
        let hex = photo.hex
        return directory + "/" + hex.prefix(2) + "/" + hex.dropFirst(2)
    }

    /// Whether all are there, each with the hash that is its name.
    func holds(_ photos: [Hash256]) -> Bool {
        photos.allSatisfy { photo in
            FileManager.default.contents(atPath: path(photo)).map { Hash256(hashing: Array($0)) } == photo
        }
    }

    /// Bytes of whole photos and of those that are arriving.
    var bytes: Int {
        let files = FileManager.default.enumerator(atPath: directory)
        var sum = 0
        while let file = files?.nextObject() as? String {
            guard !file.hasSuffix(".chunks"), !file.hasSuffix(".upload"), file != "care" else { continue }
            let attributes = try? FileManager.default.attributesOfItem(atPath: directory + "/" + file)
            if attributes?[.type] as? FileAttributeType == .typeRegular { sum += attributes?[.size] as? Int ?? 0 }
        }
        return sum
    }
}
