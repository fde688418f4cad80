import FieldpostCore
import FieldpostSync
import FieldpostTransport
import NIOCore
import Synchronization

/// Keeps one address connected: dials, runs the session, waits, dials again. It waits less when a link of this machine
/// comes up.
final class Dialer: Sendable {
    private let endpoint: Endpoint
    private let security: Security
    private let group: any EventLoopGroup
    private let registry: PeerRegistry
    private let clock: HostClock
    private let backoff = Mutex(Backoff())
    private let pace = Mutex(LinkPace())
    private let pause = Pause()
    /// The present session was ended because its connection had stalled when a link came up.
    private let hadStalled = Mutex(false)

    init(
        endpoint: Endpoint, security: Security, group: any EventLoopGroup, registry: PeerRegistry, clock: HostClock,
        links: LinkWatch
    ) {
        self.endpoint = endpoint
        self.security = security
        self.group = group
        self.registry = registry
        self.clock = clock
        links.onUp { [weak self] in self?.linkIsUp() }
    }

    /// Runs until the task is cancelled. `hindrance`: why dialing is useless now; asked again every second. `converse`
    /// runs a session on the connection, and returns the peer's hello and why the session ended.
    func run(
        while hindrance: @Sendable () -> String?,
        converse: @Sendable (PeerChannel, _ onReceipt: @escaping @Sendable () async -> Void) async -> (Hello?, String?)
    ) async {
        var peer: NodeID?
        while !Task.isCancelled {
            if let hindrance = hindrance() {
                await registry.dialFailed(endpoint.description, reason: hindrance, peer: peer, wasTried: false)
                try? await Task.sleep(for: .seconds(1))
                continue
            }
            // The peer may have connected in the meantime: one session is enough. And it can be reached.
            if let peer, await registry.waitUntilDisconnected(peer) { backoff.withLock { $0.reset() } }
            pause.forget()
            do {
                let channel = try await Transport.dial(endpoint, security: security, group: group)
                let (hello, reason) = await converse(channel) { [self] in backoff.withLock { $0.reset() } }
                peer = hello?.node ?? peer
                await registry.dialFailed(endpoint.description, reason: hello == nil ? reason : nil, peer: peer)
                // A link that came up during the session brought nothing new, unless the connection had stalled.
                let hadStalled = hadStalled.withLock { hadStalled in
                    defer { hadStalled = false }
                    return hadStalled
                }
                if hello != nil, !hadStalled { pause.forget() }
            } catch {
                await registry.dialFailed(endpoint.description, reason: "\(error)", peer: peer)
            }
            await wait()
            await registry.dials(endpoint.description, at: nil)
        }
    }

    /// Ends the wait for the next dial, and a session that would wait too long before it sends again.
    private func linkIsUp() {
        pause.end()
        Task {
            var hasEnded = false
            for session in await registry.sessions() {
                // Said before the session ends, because `run` goes on at once.
                hadStalled.withLock { $0 = true }
                if await session.endIfStalled() { hasEnded = true }
            }
            if !hasEnded { hadStalled.withLock { $0 = false } }
        }
    }

    /// Waits for the backoff, or until a link comes up. Then the backoff begins again. The spread keeps gateways from
    /// dialing all together when the link that came up is that of their central node, and joins the kernel's messages
    /// about one link.
    private func wait() async {
        let end = now + backoff.withLock { $0.next(random: .random(in: 0...UInt64.max)) }
        await registry.dials(endpoint.description, at: end)
        while !Task.isCancelled, now < end, await pause.wait(milliseconds: end - now) {
            guard pace.withLock({ $0.allows(at: now) }) else { continue }
            backoff.withLock { $0.reset() }
            try? await Task.sleep(for: .milliseconds(Int64.random(in: 0...Limits.linkSpreadMilliseconds)))
            return
        }
    }

    private var now: UInt64 { clock.moment().monotonicMilliseconds }
}
