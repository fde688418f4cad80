import FieldpostCore
import NIOPosix
import Testing

@testable import FieldpostTransport

struct ResolvingTests {
    @Test func `A numeric address resolves to itself, and a star to every address`() throws {
        #expect(try Endpoint(host: "127.0.0.1", port: 7).resolved() == [Endpoint(host: "127.0.0.1", port: 7)])
        #expect(try Endpoint(host: "::1", port: 7).resolved() == [Endpoint(host: "::1", port: 7)])
        let all = try Endpoint(host: "*", port: 7).resolved()
        #expect(all.count == 1 && ["::", "0.0.0.0"].contains(all[0].host))
        #expect(try Endpoint(host: "localhost", port: 7).resolved().allSatisfy(\.isLoopback))
    }

    @Test func `A host without an address is reported as unknown`() {
        let error = #expect(throws: UnknownHost.self) { try Endpoint(host: "a..b", port: 7).resolved() }
        #expect(error?.isTemporary == false)
    }

    @Test func `Peers may dial every address on which a node listens`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let endpoints = ["127.0.0.1", "127.0.0.2", "127.0.0.3"].map { Endpoint(host: $0, port: 0) }
        let (bound, tell) = AsyncStream<[Endpoint]>.makeStream()
        let (served, serving) = AsyncStream<String>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await Transport.listen(
                    endpoints, security: .plain, group: group, onBound: { tell.yield($0) }
                ) { channel in
                    serving.yield(channel.hosts.local ?? "none")
                    await channel.abandon()
                }
            }
            let places = try #require(await bound.first { _ in true })
            #expect(places.map(\.host) == endpoints.map(\.host) && places.allSatisfy { $0.port > 0 })
            var calls = served.makeAsyncIterator()
            for place in places {
                let channel = try await Transport.dial(place, security: .plain, group: group)
                #expect(await calls.next() == place.host)
                await channel.abandon()
            }
            tasks.cancelAll()
        }
    }

    @Test func `When one address cannot be bound, none stays bound`() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let endpoints = [Endpoint(host: "127.0.0.1", port: 0), Endpoint(host: "192.0.2.1", port: 0)]
        await #expect(throws: (any Error).self) {
            try await Transport.listen(endpoints, security: .plain, group: group, onBound: { _ in }) { channel in
                await channel.abandon()
            }
        }
    }
}
