import Crypto
import FieldpostCore
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import FieldpostTransport

/// Two nodes on loopback, each with its own key.
struct TLSTests {
    private static func identity(at now: Int64 = 1_800_000_000) throws -> TLSIdentity {
        try TLSIdentity(pem: P256.Signing.PrivateKey().pemRepresentation) { now }
    }

    /// What the listener and the dialler learn about each other. A nil `dialler` dials without TLS.
    private static func meet(
        listener: Security, dialler: Security
    ) async throws -> (Result<PeerIdentity?, HandshakeError>, Result<PeerIdentity?, HandshakeError>) {
        let (seen, seeing) = AsyncStream<Result<PeerIdentity?, HandshakeError>>.makeStream()
        let (ports, portTold) = AsyncStream<Int>.makeStream()
        let group = MultiThreadedEventLoopGroup.singleton
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await Transport.listen(
                    [Endpoint(host: "127.0.0.1", port: 0)], security: listener, group: group,
                    onBound: { for endpoint in $0 { portTold.yield(endpoint.port) } }
                ) { channel in
                    seeing.yield(await result(channel))
                    await channel.abandon()
                }
            }
            var port = ports.makeAsyncIterator()
            let channel = try await Transport.dial(
                Endpoint(host: "127.0.0.1", port: await port.next() ?? 0), security: dialler, group: group)
            let own = await result(channel)
            var iterator = seen.makeAsyncIterator()
            // A dialler without TLS would wait forever: by then the listener has refused it.
            let theirs = await iterator.next() ?? .failure(.closed)
            await channel.abandon()
            tasks.cancelAll()
            return (theirs, own)
        }
    }

    private static func result(_ channel: PeerChannel) async -> Result<PeerIdentity?, HandshakeError> {
        do throws(HandshakeError) {
            return .success(try await channel.identify())
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: Purpose.allCases) func `Each side learns the other's key and purpose`(purpose: Purpose)
        async throws
    {
        let (one, other) = (try Self.identity(), try Self.identity())
        let (seen, own) = try await Self.meet(listener: .tls(one), dialler: .tls(other, for: purpose))
        #expect(try seen.get()?.node == other.node && seen.get()?.purpose == purpose)
        #expect(try own.get()?.node == one.node && own.get()?.purpose == purpose)
        #expect(try own.get()?.notBefore == 1_800_000_000)
        #expect(try own.get()?.notAfter == 1_800_000_000 + Limits.certificateSeconds)
    }

    @Test func `A peer without TLS is recognized`() async throws {
        let (seen, _) = try await Self.meet(listener: .tls(try Self.identity()), dialler: .plain)
        #expect(seen == .failure(.plain))
    }

    @Test func `A certificate is renewed before it expires, by the later of two clocks`() async throws {
        let now = Mutex<Int64>(0)
        let identity = try TLSIdentity(pem: P256.Signing.PrivateKey().pemRepresentation) { now.withLock { $0 } }
        let peer = try Self.identity()
        func end() async throws -> Int64? {
            try await Self.meet(listener: .tls(peer), dialler: .tls(identity)).0.get()?.notAfter
        }
        let life = Limits.certificateSeconds
        #expect(try await end() == life)
        now.withLock { $0 = life * 2 / 3 - 1 }
        #expect(try await end() == life)
        now.withLock { $0 = life * 2 / 3 }
        #expect(try await end() == life * 2 / 3 + life)
        // A clock that is in 1970 is corrected by the time that a trusted peer's certificate proves.
        now.withLock { $0 = 0 }
        identity.learn(1_800_000_000)
        #expect(try await end() == 1_800_000_000 + life)
    }
}
