import FieldpostCore
import FieldpostSync
import FieldpostTransport
import NIOCore
import Synchronization

/// Keeps one address connected: dials, runs the session, waits, dials again.
final class Dialer: Sendable {
    private let endpoint: Endpoint
    private let group: any EventLoopGroup
    private let registry: PeerRegistry
    private let backoff = Mutex(Backoff())

    init(endpoint: Endpoint, group: any EventLoopGroup, registry: PeerRegistry) {
        self.endpoint = endpoint
        self.group = group
        self.registry = registry
    }

    /// Runs until the task is cancelled. `converse` makes a session of the connection, runs it, and returns the
    /// peer's hello and why the session ended.
    func run(
        converse: @Sendable (PeerChannel, _ onReceipt: @escaping @Sendable () async -> Void) async -> (Hello?, String?)
    ) async {
        var peer: NodeID?
        while !Task.isCancelled {
            // The peer may have dialled in meanwhile: one session is enough.
            if let peer { await registry.waitUntilDisconnected(peer) }
            do {
                let channel = try await Transport.dial(endpoint, group: group)
                let (hello, reason) = await converse(channel) { [self] in backoff.withLock { $0.reset() } }
                peer = hello?.node ?? peer
                await registry.dialFailed(endpoint.description, reason: hello == nil ? reason : nil)
            } catch {
                await registry.dialFailed(endpoint.description, reason: "\(error)")
            }
            let wait = backoff.withLock { $0.next(random: .random(in: 0...UInt64.max)) }
            try? await Task.sleep(for: .milliseconds(wait))
        }
    }
}
