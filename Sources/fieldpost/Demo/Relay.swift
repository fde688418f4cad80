import NIOCore
import NIOPosix
import Synchronization

/// A link that can be cut: passes TCP connections on to a node on loopback, counts bytes, and breaks when told to.
final class Relay: Sendable {
    private struct State {
        var listener: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
        var isCut = false
        var upBytes: UInt64 = 0
        var downBytes: UInt64 = 0
    }

    /// The port that the gateway dials.
    let port: Int
    private let target: Int
    private let state: Mutex<State>

    /// Listens on a free port. `target`: the port on loopback that connections go on to.
    init(target: Int) async throws {
        let listener = try await Self.bootstrap { channel in channel.close() }.bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        try await listener.close()
        self.target = target
        state = Mutex(State(isCut: true))
        try await heal()
    }

    /// Bytes that went from the gateway to central, and back: all of TCP's payload, frames and receipts included.
    var bytes: (up: UInt64, down: UInt64) { state.withLock { ($0.upBytes, $0.downBytes) } }

    /// Breaks what is connected and refuses what dials.
    func cut() async {
        let channels: [any Channel] = state.withLock { state in
            state.isCut = true
            defer { state.listener = nil }
            return Array(state.open.values) + (state.listener.map { [$0] } ?? [])
        }
        for channel in channels { try? await channel.close() }
    }

    func heal() async throws {
        let wasCut = state.withLock { state in
            defer { state.isCut = false }
            return state.isCut
        }
        guard wasCut else { return }
        let listener = try await Self.bootstrap { [self] near in connect(near) }.bind(host: "127.0.0.1", port: port)
            .get()
        state.withLock { $0.listener = listener }
    }

    private static func bootstrap(
        _ accept: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer(accept)
    }

    /// Joins a connection from the gateway with a new one to central.
    private func connect(_ near: any Channel) -> EventLoopFuture<Void> {
        keep(near)
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: target)
            .flatMapThrowing { [self] far in
                keep(far)
                try near.pipeline.syncOperations.addHandler(
                    Pipe(to: far) { [self] count in state.withLock { $0.upBytes += UInt64(count) } })
                try far.pipeline.syncOperations.addHandler(
                    Pipe(to: near) { [self] count in state.withLock { $0.downBytes += UInt64(count) } })
                try near.syncOptions?.setOption(.tcpOption(.tcp_nodelay), value: 1)
                try near.syncOptions?.setOption(.autoRead, value: true)
                try far.syncOptions?.setOption(.autoRead, value: true)
            }
            .flatMapError { _ in near.close() }
    }

    private func keep(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isCut = state.withLock { state in
            state.open[id] = channel
            return state.isCut
        }
        if isCut { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { [self] _ in state.withLock { _ = $0.open.removeValue(forKey: id) } }
    }
}

/// Writes what one side says to the other, and hangs up when it does. Stops reading while the other side is slow.
private final class Pipe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let other: any Channel
    private let count: @Sendable (Int) -> Void

    init(to other: any Channel, count: @escaping @Sendable (Int) -> Void) {
        self.other = other
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        count(buffer.readableBytes)
        let reader = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard other.isWritable else {
            try? context.channel.syncOptions?.setOption(.autoRead, value: false)
            return other.writeAndFlush(buffer).whenComplete { _ in
                try? reader.value.channel.syncOptions?.setOption(.autoRead, value: true)
            }
        }
        other.writeAndFlush(buffer, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
