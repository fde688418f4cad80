import FieldpostCore
import FieldpostWire
import NIOCore

/// Turns a peer's bytes into messages on the event loop.
///
/// A violation goes up the pipeline as an error and stops the reading; the session answers it with a goodbye. A frame
/// torn by the end of the connection is a cut link, not a violation.
final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Message

    private var decoder = MessageDecoder()
    private var hasFailed = false

    /// The hellos are through: frames may be large from here on.
    func greeted() { decoder.greeted() }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(NIOAny(ByteBuffer(bytes: Preamble.bytes)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasFailed else { return }
        decoder.append(Array(buffer: unwrapInboundIn(data)))
        do throws(Violation) {
            while let message = try decoder.next() { context.fireChannelRead(wrapInboundOut(message)) }
        } catch {
            fail(error, context: context)
        }
    }

    private func fail(_ violation: Violation, context: ChannelHandlerContext) {
        hasFailed = true
        context.fireErrorCaught(violation)
    }
}
