import FieldpostCore
package import NIOCore
import NIOPosix

/// Dials peers, and listens for peers that dial.
package enum Transport {
    /// Connects to a peer. Throws when it does not answer within `Limits.greetingSeconds`.
    package static func dial(
        _ endpoint: Endpoint, security: Security, group: any EventLoopGroup
    ) async throws -> PeerChannel {
        try await ClientBootstrap(group: group)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .connectTimeout(.seconds(Int64(Limits.greetingSeconds)))
            .connect(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try PeerChannel(wrapping: channel, security: security, isDialled: true)
                }
            }
    }

    /// Binds all addresses, and hands each connecting peer to `serve`, many at once. Returns when the task is
    /// cancelled.
    ///
    /// `sessions`: how many connections `serve` may welcome at once. `onBound` receives the bound addresses with their
    /// ports. Of connections that are not yet welcome, the latest `Limits.unprovedConnections` are kept.
    package static func listen(
        _ endpoints: [Endpoint], security: Security, group: any EventLoopGroup, sessions: Int = Limits.sessions,
        onBound: @Sendable ([Endpoint]) async -> Void,
        serve: @escaping @Sendable (PeerChannel) async -> Void
    ) async throws {
        var servers: [Server] = []
        do {
            for endpoint in endpoints { servers.append(try await bind(endpoint, group)) }
        } catch {
            // The library treats a server that is only dropped as an error.
            for server in servers { try? await server.executeThenClose { _ in } }
            throw error
        }
        await onBound(
            zip(endpoints, servers).map { Endpoint(host: $0.host, port: $1.channel.localAddress?.port ?? $0.port) })
        let pendingConnections = PendingConnections(sessions: sessions)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for server in servers {
                tasks.addTask { try await accept(from: server, pendingConnections, security, serve) }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    private typealias Server = NIOAsyncChannel<any Channel, Never>

    private static func bind(_ endpoint: Endpoint, _ group: any EventLoopGroup) async throws -> Server {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.listenBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            // Reading starts only when `serve` takes the connection. The library treats a prepared connection that is
            // then dropped, as happens when this function ends, as a fatal error.
            .childChannelOption(.autoRead, value: false)
            .bind(host: endpoint.host, port: endpoint.port) { channel in
                channel.eventLoop.makeSucceededFuture(channel)
            }
    }

    private static func accept(
        from server: Server, _ pendingConnections: PendingConnections, _ security: Security,
        _ serve: @escaping @Sendable (PeerChannel) async -> Void
    ) async throws {
        try await server.executeThenClose { connections in
            try await withThrowingDiscardingTaskGroup { group in
                for try await connection in connections {
                    group.addTask {
                        let ticket = pendingConnections.enter { connection.close(promise: nil) }
                        defer { pendingConnections.leave(ticket) }
                        let channel = await accept(connection, security, ticket, pendingConnections)
                        if let channel { await serve(channel) }
                    }
                    while pendingConnections.isCrowded { try await Task.sleep(for: .milliseconds(20)) }
                }
                group.cancelAll()
            }
        }
    }

    /// Nil when the connection has already ended.
    private static func accept(
        _ connection: any Channel, _ security: Security, _ ticket: Int, _ pendingConnections: PendingConnections
    ) async -> PeerChannel? {
        do {
            return try await connection.eventLoop.submit {
                try connection.pipeline.syncOperations.addHandler(
                    FirstBytesHandler { pendingConnections.heard(ticket) })
                let channel = try PeerChannel(
                    wrapping: connection, security: security, isDialled: false,
                    welcome: { pendingConnections.welcome(ticket) })
                try connection.syncOptions?.setOption(.autoRead, value: true)
                return channel
            }.get()
        } catch {
            connection.close(promise: nil)
            return nil
        }
    }
}
