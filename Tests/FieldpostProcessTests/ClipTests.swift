import FieldpostAPI
import FieldpostClient
import FieldpostCore
import FieldpostFleet
import Foundation
import MediaSamples
import TestKit
import Testing

/// The largest clip that a node takes.
@Suite(.serialized, .timeLimit(.minutes(15))) struct ClipTests {
    @Test func `a clip of 200 MiB crosses to central in little memory`() async throws {
        let place = try TemporaryDirectory()
        defer { place.remove() }
        let start = SampleClip.bytes(brand: "isom")
        let filler = Int(Limits.clipBytes) - start.count - 8
        var content = start + Bytes.big(filler + 8, 4) + Bytes.text("free")
        content += (0..<filler).lazy.map { UInt8(truncatingIfNeeded: $0 >> 8 &* 31 &+ $0) }
        let hash = Hash256(hashing: content)
        let path = place.path + "/clip.mp4"
        try Data(content).write(to: URL(filePath: path))
        content = []
        try await Program.withFleet { fleet in
            _ = try await fleet.converge(within: 120)
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 11)[0] else { return }
            _ = try await fleet.gatewayClients[0].create(report)
            let file = try #require(FileHandle(forReadingAtPath: path))
            #expect(try await fleet.gatewayClients[0].upload(file) == hash)
            _ = try await fleet.gatewayClients[0].attach(hash, to: report.id, role: nil)
            #expect(try await waits(600) { try await fleet.central.socket.status().blobs.held == 1 })
            let address = try #require(try await fleet.central.socket.status().httpAddress)
            let answer = try Tool.shell(
                "curl -sS http://\(address)/v1/blobs/\(hash.hex) | sha256sum", in: place.path)
            #expect(answer.text.hasPrefix(hash.hex), "\(answer.text)")
            for (node, most) in [(fleet.gateways[0], 96), (fleet.central, 128)] {
                let bytes = node.memory.peak
                let isLittle = (1..<most << 20).contains(bytes)
                #expect(isLittle || TestRun.sanitizer != nil, "\(node.name) took \(bytes) bytes")
            }
            #expect(await fleet.stop().isEmpty)
        }
    }
}
