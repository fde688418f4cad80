import FieldpostCore
package import NIOCore
import NIOPosix

/// Dials peers and lets them dial in. Plain TCP: the caller sees to it that this stays on loopback, or was asked for.
package enum Transport {
    /// Connects to a peer. Throws when nobody answers within `Limits.greetingSeconds`.
    package static func dial(_ endpoint: Endpoint, group: any EventLoopGroup) async throws -> PeerChannel {
        try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connectTimeout(.seconds(Int64(Limits.greetingSeconds)))
            .connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture { try PeerChannel(wrapping: channel) }
            }
    }

    /// Binds, and hands each peer that dials in to `serve`, many at once. Returns when the task is cancelled.
    ///
    /// `onBound` is told the port. Beyond `Limits.sessions` connections a further one waits until another ends.
    package static func listen(
        _ endpoint: Endpoint, group: any EventLoopGroup, onBound: @Sendable (Int) async -> Void,
        serve: @escaping @Sendable (PeerChannel) async -> Void
    ) async throws {
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .bind(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture { try PeerChannel(wrapping: channel) }
            }
        await onBound(server.channel.localAddress?.port ?? endpoint.port)
        try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                var open = 0
                for try await connection in connections {
                    if open >= Limits.sessions { try await group.next(); open -= 1 }
                    group.addTask { await serve(connection) }
                    open += 1
                }
                group.cancelAll()
            }
        }
    }
}
