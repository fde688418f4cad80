import FieldpostCore
import FieldpostSync
import FieldpostTransport
import NIOCore
import Synchronization

/// Keeps one address connected: dials, runs the session, waits, dials again.
final class Dialer: Sendable {
    private let endpoint: Endpoint
    private let security: Security
    private let group: any EventLoopGroup
    private let registry: PeerRegistry
    private let backoff = Mutex(Backoff())

    init(endpoint: Endpoint, security: Security, group: any EventLoopGroup, registry: PeerRegistry) {
        self.endpoint = endpoint
        self.security = security
        self.group = group
        self.registry = registry
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
            // The peer may have connected in the meantime: one session is enough.
            if let peer { await registry.waitUntilDisconnected(peer) }
            do {
                let channel = try await Transport.dial(endpoint, security: security, group: group)
                let (hello, reason) = await converse(channel) { [self] in backoff.withLock { $0.reset() } }
                peer = hello?.node ?? peer
                await registry.dialFailed(endpoint.description, reason: hello == nil ? reason : nil, peer: peer)
            } catch {
                await registry.dialFailed(endpoint.description, reason: "\(error)", peer: peer)
            }
            let wait = backoff.withLock { $0.next(random: .random(in: 0...UInt64.max)) }
            try? await Task.sleep(for: .milliseconds(wait))
        }
    }
}
