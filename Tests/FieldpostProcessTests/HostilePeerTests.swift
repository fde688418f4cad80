// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
import FieldpostAPI
import FieldpostNode
import Foundation
import Glibc
import Testing

@testable import fieldpost

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
                try await fleet.central.socket.status().peerAddress?.split(separator: ":").last.flatMap { UInt16($0) })
            let preamble = try Self.exchange([], port: port, take: 8)
            #expect(preamble.count == 8)
            let before = fleet.central.memory.resident
            for _ in 0..<20 {
                for bytes in Self.forged(after: preamble) {
                    // Central sends its hello and a goodbye, then closes: reading ends.
                    let answer = try Self.exchange(bytes, port: port, take: 65_536)
                    #expect(answer.count < 65_536)
                }
            }
            // A sanitizer needs additional memory.
            let isSanitized = ProcessInfo.processInfo.environment["FIELDPOST_TEST_SANITIZER"] != nil
            #expect(fleet.central.memory.resident - before < (isSanitized ? 96 : 24) * 1024 * 1024)
            guard case .report(let report) = ReportSource.generated(count: 1, seed: 3)[0] else { return }
            _ = try await fleet.gatewayClients[0].create(report)
            _ = try await fleet.converge(within: 30)
        }
    }

    /// Sends bytes, and reads until the peer closes or `take` bytes arrived.
    private static func exchange(_ bytes: [UInt8], port: UInt16, take: Int) throws -> [UInt8] {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
        _ = send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while answer.count < take {
            let count = recv(descriptor, &buffer, min(buffer.count, take - answer.count), 0)
            guard count > 0 else {
                if count < 0 { #expect(errno == ECONNRESET, "no answer within 20 s") }
                break
            }
            answer += buffer.prefix(count)
        }
        return answer
    }
}
