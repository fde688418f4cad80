import NIOCore
import NIOPosix
import Synchronization

/// Somebody on the path: passes TCP connections on to a node, keeps all that passes, and changes it when told to.
final class Tap: Sendable {
    enum Direction: Sendable {
        case up, down
    }

    /// Given how many bytes went that way before on the same connection, changes those that go now.
    typealias Meddling = @Sendable (Direction, Int, inout [UInt8]) -> Void

    private struct State {
        var seen: [UInt8] = []
        var connections = 0
        var meddling: Meddling?
        var listener: (any Channel)?
    }

    private let state = Mutex(State())
    private let target: Int

    /// `target`: the port on loopback that connections go on to.
    init(target: Int) { self.target = target }

    /// Listens on a free port, which it returns.
    func start() async throws -> Int {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { [self] near in connect(near) }
            .bind(host: "127.0.0.1", port: 0).get()
        state.withLock { $0.listener = listener }
        return listener.localAddress?.port ?? 0
    }

    func stop() { state.withLock(\.listener)?.close(promise: nil) }

    /// All bytes that passed, in the order in which they came.
    var seen: [UInt8] { state.withLock(\.seen) }

    var connections: Int { state.withLock(\.connections) }

    func meddle(_ meddling: Meddling?) { state.withLock { $0.meddling = meddling } }

    private func connect(_ near: any Channel) -> EventLoopFuture<Void> {
        ClientBootstrap(group: near.eventLoop).channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: target)
            .flatMapThrowing { [self] far in
                state.withLock { $0.connections += 1 }
                try near.pipeline.syncOperations.addHandler(Ear(.up, to: far, self))
                try far.pipeline.syncOperations.addHandler(Ear(.down, to: near, self))
                try near.syncOptions?.setOption(.autoRead, value: true)
                try far.syncOptions?.setOption(.autoRead, value: true)
            }
            .flatMapError { _ in near.close() }
    }

    fileprivate func pass(_ bytes: [UInt8], _ direction: Direction, after count: Int) -> [UInt8] {
        let meddling = state.withLock { state in
            state.seen += bytes
            return state.meddling
        }
        var passed = bytes
        meddling?(direction, count, &passed)
        return passed
    }
}

private final class Ear: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let direction: Tap.Direction
    private let other: any Channel
    private let tap: Tap
    private var count = 0

    init(_ direction: Tap.Direction, to other: any Channel, _ tap: Tap) {
        (self.direction, self.other, self.tap) = (direction, other, tap)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Array(unwrapInboundIn(data).readableBytesView)
        other.writeAndFlush(ByteBuffer(bytes: tap.pass(bytes, direction, after: count)), promise: nil)
        count += bytes.count
    }

    func channelInactive(context: ChannelHandlerContext) {
        other.close(promise: nil)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
