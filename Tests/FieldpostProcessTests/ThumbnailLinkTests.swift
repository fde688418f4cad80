import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import MediaSamples
import NIOHTTP1
import TestKit
import Testing

/// Thumbnails between real nodes.
@Suite(.serialized, .timeLimit(.minutes(15)), .enabled(if: Tool.whyNot(["cjpeg"]) == nil, "needs cjpeg(1)"))
struct ThumbnailLinkTests {
    private let place: TemporaryDirectory

    init() throws { place = try TemporaryDirectory() }

    /// A photo of half a megabyte, each different.
    private func photo(_ number: Int) throws -> (hash: Hash256, path: String) {
        let path = place.path + "/photo-\(number).jpg"
        let made = try Tool.shell(
            "(printf 'P6\\n960 720\\n255\\n'; head -c \(960 * 720 * 3) /dev/urandom) | cjpeg -quality 50 > '\(path)'",
            in: place.path)
        #expect(made.status == 0, "\(made.text)")
        return (Hash256(hashing: Array(try Data(contentsOf: URL(filePath: path)))), path)
    }

    /// Takes a photo in, and attaches it to a report.
    private func attach(_ path: String, to report: ReportID, _ client: FieldpostClient) async throws -> Hash256 {
        let file = try #require(FileHandle(forReadingAtPath: path))
        defer { try? file.close() }
        let hash = try await client.upload(file)
        _ = try await client.attach(hash, to: report, role: nil)
        return hash
    }

    private func report(_ client: FieldpostClient, seed: UInt64 = 7) async throws -> ReportID {
        guard case .report(let report) = ReportSource.generated(count: 1, seed: seed)[0] else { throw Missing() }
        _ = try await client.create(report)
        return report.id
    }

    private struct Missing: Error {}

    /// The thumbnail at a node, and its tag. Nil while it has none.
    private func thumbnail(of photo: Hash256, _ client: FieldpostClient) async -> (bytes: Data, tag: String)? {
        guard let answer = try? await client.exchange.send(.GET, "/v1/blobs/\(photo.hex)/thumbnail") else { return nil }
        return (answer.body, answer.headers.first(name: "ETag") ?? "")
    }

    @Test func `Over a slow link the thumbnails of all photos are at central before the photos`() async throws {
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            let (gateway, central) = (fleet.gatewayClients[0], fleet.centralClient)
            await fleet.links[0].cut()
            let report = try await report(gateway)
            var photos: [Hash256] = []
            var bytes = 0
            for number in 0..<20 {
                let photo = try photo(number)
                bytes += try Data(contentsOf: URL(filePath: photo.path)).count
                #expect(try await attach(photo.path, to: report, gateway) == photo.hash)
                photos.append(photo.hash)
            }
            // 400 kbit/s: the photos take some minutes.
            fleet.links[0].condition = LinkCondition(bytesPerSecond: 50_000, delayMilliseconds: 30)
            try await fleet.links[0].heal()
            let start = ContinuousClock.now
            let areAllShown = try await waits(120, pause: .milliseconds(250)) {
                for photo in photos where await thumbnail(of: photo, central) == nil { return false }
                return true
            }
            #expect(areAllShown)
            let took = (ContinuousClock.now - start) / .seconds(1)
            let status = try await fleet.central.socket.status()
            #expect(status.blobs.held < photos.count / 2, "\(status.blobs)")
            #expect(status.thumbnails?.received ?? 0 >= UInt64(photos.count - status.blobs.held))
            let line =
                "thumbnails of \(photos.count) photos (\(bytes) bytes): \(took) s, \(status.blobs.held) photos there"
            FileHandle.standardOutput.write(Data((line + "\n").utf8))
            let last = try #require(await thumbnail(of: photos[19], central))
            #expect(last.bytes.starts(with: [0xFF, 0xD8]) && last.bytes.count <= Limits.thumbnailBytes)
            #expect(last.tag.hasSuffix("-thumbnail-received\""))
            fleet.links[0].condition = LinkCondition()
            #expect(try await waits(120) { try await fleet.central.socket.status().blobs.held == photos.count })
            // The one that is made from the photo is the same picture.
            let made = try #require(await thumbnail(of: photos[19], central))
            #expect(made.tag.hasSuffix("-thumbnail\"") && made.bytes == last.bytes)
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `Thumbnails wait for the end of a pause, and photos come down only when somebody opens them`()
        async throws
    {
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            let (gateway, central) = (fleet.gatewayClients[0], fleet.centralClient)
            _ = try await fleet.gateways[0].socket.pauseLinks(seconds: 3600)
            let report = try await report(gateway)
            let up = try await attach(photo(1).path, to: report, gateway)
            for seed in 20..<30 as Range<UInt64> {
                let later = try await self.report(gateway, seed: seed)
                #expect(try await waits { (try? await central.report(later)) != nil })
            }
            #expect(await thumbnail(of: up, central) == nil)
            _ = try await fleet.gateways[0].socket.resumeLinks()
            #expect(try await waits { await thumbnail(of: up, central) != nil })
            // Down: central makes it, when somebody looks at it at the gateway.
            let down = try await attach(photo(2).path, to: report, central)
            _ = try await fleet.converge(within: 120)
            let before = fleet.links[0].bytes.down
            _ = try await fleet.gateways[0].socket.pauseLinks(seconds: 3600)
            for (isPaused, words) in [(true, "does not hold"), (false, "Try again soon")] {
                let isRefused = await Program.isRefused(404, saying: words) {
                    _ = try await gateway.exchange.send(.GET, "/v1/blobs/\(down.hex)/thumbnail")
                }
                #expect(isRefused, "\(words)")
                guard isPaused else { continue }
                // Nothing was asked for: no answer is on its way now.
                #expect(await thumbnail(of: down, gateway) == nil)
                _ = try await fleet.gateways[0].socket.resumeLinks()
            }
            #expect(try await waits { await thumbnail(of: down, gateway) != nil })
            #expect(await thumbnail(of: down, gateway)?.bytes == (await thumbnail(of: down, central))?.bytes)
            #expect(fleet.links[0].bytes.down - before < 2 * UInt64(Limits.thumbnailBytes))
            #expect(try await fleet.gateways[0].socket.status().blobs.held == 1, "the photo itself did not come")
            #expect(await fleet.stop().isEmpty)
        }
    }

    @Test func `Without the helper photos go up, thumbnails lack, and the status says so`() async throws {
        let launch = Launch(environment: ["FIELDPOST_THUMBNAIL_HELPER": place.path + "/missing"])
        try await Program.withFleet(launch: launch) { fleet in
            _ = try await fleet.converge(within: 120)
            let report = try await report(fleet.gatewayClients[0])
            let hash = try await attach(photo(1).path, to: report, fleet.gatewayClients[0])
            #expect(try await waits { try await fleet.central.socket.status().blobs.held == 1 })
            #expect(await thumbnail(of: hash, fleet.centralClient) == nil)
            for node in [fleet.central, fleet.gateways[0]] {
                let status = try await node.socket.status()
                #expect(status.thumbnails?.helper == nil && status.thumbnails?.kept == 0)
                #expect(status.alarms.contains { $0.contains("Photos get no thumbnails here") })
                let (code, text) = try Tool.fieldpost(["status", "--state-directory", node.directory])
                #expect(code == 0 && text.contains("makes no thumbnails: fieldpost-thumbnail is missing"), "\(text)")
            }
            #expect(await fleet.stop().isEmpty)
        }
    }
}
