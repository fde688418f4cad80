import NIOCore
import NIOPosix
import Synchronization

/// A link that can be cut: passes TCP connections on to a node on loopback, counts bytes, and breaks when told to.
package final class Relay: Sendable {
    private struct State {
        var listener: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
        var isCut = false
        var condition = LinkCondition()
        var connections = 0
        var upBytes: UInt64 = 0
        var downBytes: UInt64 = 0
    }

    /// The port that the gateway dials.
    package let port: Int
    private let target: Int
    private let state: Mutex<State>

    /// Listens on a free port. `target`: the port on loopback that connections go on to.
    package init(target: Int) async throws {
        let listener = try await Self.bootstrap { channel in channel.close() }.bind(host: "127.0.0.1", port: 0).get()
        port = listener.localAddress?.port ?? 0
        try await listener.close()
        self.target = target
        state = Mutex(State(isCut: true))
        try await heal()
    }

    /// Bytes that went from the gateway to central, and back: all of TCP's payload, frames and receipts included.
    package var bytes: (up: UInt64, down: UInt64) { state.withLock { ($0.upBytes, $0.downBytes) } }

    /// How often the gateway dialled and was let through.
    package var connections: Int { state.withLock(\.connections) }

    /// How the link is now; a change concerns what is connected too.
    package var condition: LinkCondition {
        get { state.withLock(\.condition) }
        set { state.withLock { $0.condition = newValue } }
    }

    /// Breaks what is connected and refuses what dials.
    package func cut() async {
        let channels: [any Channel] = state.withLock { state in
            state.isCut = true
            defer { state.listener = nil }
            return Array(state.open.values) + (state.listener.map { [$0] } ?? [])
        }
        for channel in channels { try? await channel.close() }
    }

    package func heal() async throws {
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
        state.withLock { $0.connections += 1 }
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: "127.0.0.1", port: target)
            .flatMapThrowing { [self] far in
                keep(far)
                try near.pipeline.syncOperations.addHandler(
                    Pipe(to: far) { [self] count in
                        state.withLock { state in
                            state.upBytes += UInt64(count)
                            return state.condition
                        }
                    })
                try far.pipeline.syncOperations.addHandler(
                    Pipe(to: near) { [self] count in
                        state.withLock { state in
                            state.downBytes += UInt64(count)
                            return state.condition
                        }
                    })
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

    /// Bytes that leave a slow link at once: one packet.
    private static let packetBytes = 1400

    private let other: any Channel
    /// Counts bytes that came in, and says how the link is.
    private let count: @Sendable (Int) -> LinkCondition
    /// When the last byte will have left.
    private var departure = NIODeadline.now()
    private var condition = LinkCondition()

    init(to other: any Channel, count: @escaping @Sendable (Int) -> LinkCondition) {
        self.other = other
        self.count = count
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        condition = count(buffer.readableBytes)
        guard !condition.isBlackHole else { return }
        guard condition.isPlain else { return passSlowly(buffer, context) }
        let reader = NIOLoopBound(context, eventLoop: context.eventLoop)
        guard other.isWritable else {
            try? context.channel.syncOptions?.setOption(.autoRead, value: false)
            return other.writeAndFlush(buffer).whenComplete { _ in
                try? reader.value.channel.syncOptions?.setOption(.autoRead, value: true)
            }
        }
        other.writeAndFlush(buffer, promise: nil)
    }

    /// Reads on only when what was read has left, so that the sender feels how slow the link is.
    private func passSlowly(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
        departure = max(departure, .now())
        var rest = buffer
        while let packet = rest.readSlice(length: min(Self.packetBytes, rest.readableBytes)), packet.readableBytes > 0 {
            let nanoseconds = condition.bytesPerSecond.map { Int64(packet.readableBytes) * 1_000_000_000 / Int64($0) }
            departure = departure + .nanoseconds(nanoseconds ?? 0)
            let arrival = departure + .milliseconds(condition.delayMilliseconds)
            context.eventLoop.scheduleTask(deadline: arrival) { [other] in other.writeAndFlush(packet, promise: nil) }
        }
        guard condition.bytesPerSecond != nil else { return }
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        let reader = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: departure) {
            try? reader.value.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireChannelInactive()
        guard !condition.isBlackHole else { return }
        context.eventLoop.scheduleTask(deadline: departure + .milliseconds(condition.delayMilliseconds)) { [other] in
            other.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
