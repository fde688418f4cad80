import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import MediaSamples
import TestKit
import Testing

/// A gateway tells central how it is, and central shows it.
@Suite(.serialized, .timeLimit(.minutes(15))) struct SelfReportTests {
    @Test func `Central shows what a gateway says of itself, soon after it changes, and keeps it when the link is cut`()
        async throws
    {
        try await Program.withFleet { fleet in
            let (gateway, central) = (fleet.gateways[0], fleet.central)
            func report() async throws -> SelfReport? { try await central.socket.status().peers.first?.selfReport }
            let hasTold = try await waits(120) { try await report() != nil }
            let first = try #require(try await report())
            #expect(hasTold && first.diskStage == "ample" && first.photosWaitFor == nil && first.photos.count == 0)
            #expect(first.version == (try await gateway.socket.status().version) && first.secondsAgo < 30)

            let (code, output) = try await Program.run(
                ["link", "pause", "--for", "4h", "--state-directory", gateway.directory])
            #expect(code == 0, "\(String(decoding: output, as: UTF8.self))")
            let bytes = SampleJPEG.bytes(after: [UInt8](repeating: 7, count: 500))
            let photo = UInt64(bytes.count)
            _ = try await Self.attach(bytes, at: fleet.gatewayClients[0], in: gateway.directory)
            let isPaused = try await waits {
                guard let said = try await report() else { return false }
                return said.photosWaitFor == "paused" && said.photos.count == 1
            }
            #expect(isPaused)
            let paused = try #require(try await report())
            #expect(paused.photos.count == 1 && paused.photos.bytes == photo && paused.photos.oldestSeconds != nil)
            #expect(paused.photosThroughSeconds.map { $0 > 14_000 } ?? true)

            await fleet.links[0].cut()
            #expect(try await waits(120) { try await central.socket.status().peers.first?.isConnected == false })
            #expect(try await report()?.photosWaitFor == "paused")
            let listed = try await central.socket.gateways().value.gateways.first
            #expect(listed?.isConnected == false && listed?.selfReport?.photos.count == 1)
            for (command, words) in [("status", "1 (\(photo) B)"), ("gateways", "1 photo waits")] {
                let (status, text) = try await Program.run([command, "--state-directory", central.directory])
                let shown = String(decoding: text, as: UTF8.self)
                #expect(
                    status == 0 && shown.contains(words) && shown.lowercased().contains("says of itself"), "\(shown)")
            }
        }
    }

    @Test func `Both sides tell of a photo on its way, and of one that central does not take`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let central = try Program.node(
            "central", "central", in: place.path + "/central", ["--photo-limit", "100KiB", "--clip-limit", "100KiB"])
        let port = try await central.start().peerAddress?.split(separator: ":").last.flatMap { Int($0) }
        defer { central.kill() }
        let link = try await Relay(target: try #require(port))
        let gateway = try Program.node(
            "gateway", "station-1", in: place.path + "/gateway", ["--dial", "127.0.0.1:\(link.port)"])
        try await gateway.enroll(with: central)
        // The photo of 95 KB takes a quarter of a minute, in which a busy machine can look at it.
        link.condition = LinkCondition(bytesPerSecond: 6 * 1024, delayMilliseconds: 5)
        let near = try FieldpostClient(at: try #require(try await gateway.start().httpAddress))
        defer { gateway.kill() }
        let far = try FieldpostClient(at: try #require(try await central.socket.status().httpAddress))
        let large = try await Self.attach(
            NoisePhoto.jpeg(width: 480, height: 320, seed: 1), at: near, in: gateway.directory)
        let bytes = NoisePhoto.jpeg(width: 400, height: 288, seed: 2)
        let small = try await Self.attach(bytes, at: near, in: gateway.directory)

        func photo(_ report: ReportID, _ client: FieldpostClient) async throws -> JSONValue? {
            try await client.report(report).report["attachments"]?.list?.first
        }
        let isOnTheWay = try await waits(120) {
            guard let flow = try await central.socket.status().blobs.receiving else { return false }
            return flow.count == 1 && flow.bytes == UInt64(bytes.count) && flow.bytesDone > 0 && flow.bytesPerSecond > 0
        }
        #expect(isOnTheWay)
        let leaving = try #require(try await gateway.socket.status().blobs.sending)
        #expect(leaving.count >= 1 && leaving.bytes >= UInt64(bytes.count) && leaving.bytesDone > 0)
        let (_, text) = try await Program.run(["status", "--state-directory", central.directory])
        let shown = String(decoding: text, as: UTF8.self)
        #expect(shown.contains("1 on the way here (") && shown.contains("through in"), "\(shown)")

        link.condition = LinkCondition()
        #expect(try await waits(120) { try await photo(small, far)?["place"]?.text == "here" })
        for (node, client, expected) in [(central, far, "refused"), (gateway, near, "here")] {
            #expect(try await waits(120) { try await node.socket.status().blobs.refused == ["too-large": 1] })
            let photo = try await photo(large, client)
            #expect(photo?["place"]?.text == expected && photo?["refused"]?.text == "too-large")
        }
        let (_, output) = try await Program.run(["show", "\(large)", "--state-directory", central.directory])
        #expect(String(decoding: output, as: UTF8.self).contains("refused (too large)"))
        #expect(try await photo(small, near)?["refused"] == nil)
        #expect(try await central.socket.status().blobs.receiving == nil)
    }

    /// Makes a report with a photo.
    private static func attach(
        _ photo: [UInt8], at client: FieldpostClient, in directory: String
    ) async throws -> ReportID {
        let seed = UInt64(photo.count)
        guard case .report(let report) = ReportSource.generated(count: 1, seed: seed)[0] else { return .none }
        _ = try await client.create(report)
        let path = directory + "/photo.jpg"
        try Data(photo).write(to: URL(filePath: path))
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        defer { try? file.close() }
        _ = try await client.attach(try await client.upload(file), to: report.id, role: nil)
        return report.id
    }
}
