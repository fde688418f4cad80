import FieldpostCore
import FieldpostWire
import NIOCore

/// Turns a peer's bytes into messages on the event loop, and reports progress of a message that arrives slowly.
///
/// A violation goes up the pipeline as an error and stops the reading. The session answers it with a goodbye. A frame
/// that is cut off by the end of the connection is a broken link, not a violation.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Arrival

    /// Often enough for the limit on silence, which is tens of seconds.
    private static let progressInterval = TimeAmount.seconds(1)

    private var decoder = MessageDecoder()
    private var hasFailed = false
    /// When something was last passed on.
    private var passedAt = NIODeadline.distantPast

    /// An accepted connection is already active here.
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
