import FieldpostCore
import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import FieldpostTransport

/// How many connections a listener holds.
struct ConnectionTests {
    @Test func `when too many peers have not proved themselves, the silent ones are closed first, then the oldest`() {
        let now = Mutex(NIODeadline.now())
        let pending = PendingConnections(sessions: 8) { now.withLock { $0 } }
        let closed = Mutex<[Int]>([])
        var tickets: [Int] = []
        func enter() {
            let number = tickets.count
            tickets.append(pending.enter { closed.withLock { $0.append(number) } })
        }
        for _ in 0..<Limits.unprovedConnections { enter() }
        for ticket in tickets where ticket != tickets[1] { pending.heard(ticket) }
        #expect(closed.withLock { $0 } == [])
        now.withLock { $0 = $0 + .milliseconds(Limits.freshConnectionMilliseconds) }
        enter()
        #expect(closed.withLock { $0 } == [1])
        // The connection before has said nothing either, but had no time to.
        enter()
        #expect(closed.withLock { $0 } == [1, 0])
        #expect(pending.welcome(tickets[2]))
        enter()
        #expect(closed.withLock { $0 } == [1, 0])
        pending.heard(tickets[Limits.unprovedConnections])
        now.withLock { $0 = $0 + .milliseconds(Limits.freshConnectionMilliseconds) }
        enter()
        #expect(closed.withLock { $0 } == [1, 0, Limits.unprovedConnections + 1])
    }

    @Test func `many handshakes that have just begun make further connections wait, until they are done`() {
        let now = Mutex(NIODeadline.now())
        let pending = PendingConnections(sessions: 1024) { now.withLock { $0 } }
        let tickets = (0..<Limits.freshConnections).map { _ in pending.enter {} }
        #expect(pending.isCrowded)
        #expect(pending.welcome(tickets[0]))
        #expect(!pending.isCrowded)
        _ = pending.enter {}
        #expect(pending.isCrowded)
        pending.leave(tickets[1])
        #expect(!pending.isCrowded)
        _ = pending.enter {}
        #expect(pending.isCrowded)
        // Those that take longer do not keep others waiting.
        now.withLock { $0 = $0 + .milliseconds(Limits.freshConnectionMilliseconds) }
        #expect(!pending.isCrowded)
    }

    @Test func `a session beyond the limit is refused with a reason, and a place that is left is given again`()
        async throws
    {
        let group = MultiThreadedEventLoopGroup.singleton
        let (ports, portTold) = AsyncStream<Int>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await Transport.listen(
                    [Endpoint(host: "127.0.0.1", port: 0)], security: .plain, group: group, sessions: 2,
                    onBound: { for endpoint in $0 { portTold.yield(endpoint.port) } }
                ) { channel in
                    guard channel.welcome() else { return await channel.refuse(Violation(.limitExceeded, "full")) }
                    try? await channel.converse { inbound, outbound in
                        try? await outbound.send(.ping(Ping(token: 1)))
                        do { for try await _ in inbound {} } catch {}
                    }
                }
            }
            var port = ports.makeAsyncIterator()
            let endpoint = Endpoint(host: "127.0.0.1", port: await port.next() ?? 0)
            let first = try await Visitor(endpoint)
            let second = try await Visitor(endpoint)
            #expect(first.greeting == .ping(Ping(token: 1)) && second.greeting == .ping(Ping(token: 1)))
            let third = try await Visitor(endpoint)
            #expect(third.greeting == .goodbye(Goodbye(code: Violation.Code.limitExceeded.rawValue, detail: "full")))
            await first.leave()
            var fourth = try await Visitor(endpoint)
            while case .goodbye = fourth.greeting {
                await fourth.leave()
                fourth = try await Visitor(endpoint)
            }
            #expect(fourth.greeting == .ping(Ping(token: 1)))
            for visitor in [second, third, fourth] { await visitor.leave() }
            tasks.cancelAll()
        }
    }
}

/// A peer that stays until it is told to leave.
private struct Visitor {
    /// The first message that it got.
    let greeting: Message?
    private let stay: Task<Void, Never>

    init(_ endpoint: Endpoint) async throws {
        let channel = try await Transport.dial(
            endpoint, security: .plain, group: MultiThreadedEventLoopGroup.singleton)
        let (messages, told) = AsyncStream<Message>.makeStream()
        stay = Task {
            try? await channel.converse { inbound, _ in
                do {
                    for try await case .message(let message) in inbound { told.yield(message) }
                } catch {}
                told.finish()
            }
        }
        greeting = await messages.first { _ in true }
    }

    func leave() async {
        stay.cancel()
        await stay.value
    }
}
