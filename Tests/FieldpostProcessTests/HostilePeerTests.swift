import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import TestKit
import Testing

/// Forged bytes for a running central node: each ends only its own session.
@Suite(.timeLimit(.minutes(15))) struct HostilePeerTests {
    /// Another protocol, a length of 2 GiB, a wrong checksum, and a length below the minimum.
    private static func forged(after preamble: [UInt8]) -> [[UInt8]] {
        [
            Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8),
            preamble + [0x7F, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0],
            preamble + [0, 0, 0, 8, 1, 0, 0, 0, 0, 0, 0, 0],
            preamble + [0, 0, 0, 0],
        ]
    }

    @Test func `Garbage and a forged length of 2 GiB close the session without memory growth`() async throws {
        try await Program.withFleet(launch: Launch(environment: ["FIELDPOST_INSECURE": "true"])) { fleet in
            let port = try #require(
                try await fleet.central.socket.status().peerAddress?.split(separator: ":").last.flatMap { Int($0) })
            let preamble = try await Self.exchange([], port: port, take: 8)
            #expect(preamble.count == 8)
            let before = fleet.central.memory.resident
            for _ in 0..<20 {
                for bytes in Self.forged(after: preamble) {
                    // Central sends its hello and a goodbye, then closes: reading ends.
                    let answer = try await Self.exchange(bytes, port: port, take: 65_536)
                    #expect(answer.count < 65_536)
                }
            }
            // A sanitizer needs additional memory.
            let limit = (TestRun.sanitizer == nil ? 24 : 96) * 1024 * 1024
            #expect(fleet.central.memory.resident - before < limit)
            let report = try #require(ReportSource.generated(count: 1, seed: 3).reports.first)
            _ = try await fleet.gatewayClients[0].create(report)
            _ = try await fleet.converge(within: 120)
        }
    }

    /// Sends bytes, and reads until the peer closes or `take` bytes arrived.
    private static func exchange(_ bytes: [UInt8], port: Int, take: Int) async throws -> [UInt8] {
        let connection = try RawConnection(to: .port(port), seconds: 60)
        connection.send(bytes)
        let (answer, isLate) = await connection.bytes(atMost: take)
        #expect(!isLate, "no answer in time")
        return answer
    }
}
