import FieldpostCore
import FieldpostWire
import NIOCore

/// Turns a peer's bytes into messages on the event loop, and tells of the bytes of one that takes its time.
///
/// A violation goes up the pipeline as an error and stops the reading; the session answers it with a goodbye. A frame
/// torn by the end of the connection is a cut link, not a violation.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Arrival

    /// Often enough for the watch over silence, which counts in tens of seconds.
    private static let progressInterval = TimeAmount.seconds(1)

    private var decoder = MessageDecoder()
    private var hasFailed = false
    /// When something was last passed on.
    private var passedAt = NIODeadline.distantPast

    /// A connection that was accepted is active by then.
    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { greet(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        greet(context)
        context.fireChannelActive()
    }

    private func greet(_ context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: Preamble.bytes)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        decoder.append(Array(buffer: unwrapInboundIn(data)))
        do throws(Violation) {
            while let message = try decoder.next() { pass(.message(message), context: context) }
            if decoder.isInsideFrame, passedAt + Self.progressInterval <= context.eventLoop.now {
                pass(.progress, context: context)
            }
        } catch {
            fail(error, context: context)
        }
    }

    private func pass(_ arrival: Arrival, context: ChannelHandlerContext) {
        passedAt = context.eventLoop.now
        context.fireChannelRead(wrapInboundOut(arrival))
    }

    private func fail(_ violation: Violation, context: ChannelHandlerContext) {
        hasFailed = true
        context.fireErrorCaught(violation)
    }
}
