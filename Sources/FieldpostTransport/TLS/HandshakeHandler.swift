import FieldpostCore
import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the TLS handshake below it, and says who the peer is, or why there is none.
final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let peer: EventLoopPromise<PeerIdentity>
    private var deadline: Scheduled<Void>?

    /// `peer` is always answered, at the latest when the connection ends.
    init(peer: EventLoopPromise<PeerIdentity>) { self.peer = peer }

    func handlerAdded(context: ChannelHandlerContext) {
        let (peer, channel) = (peer, context.channel)
        deadline = context.eventLoop.scheduleTask(in: .seconds(Int64(Limits.greetingSeconds))) {
            peer.fail(HandshakeError.timeout)
            channel.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) { fail(.closed) }

    func channelInactive(context: ChannelHandlerContext) {
        fail(.closed)
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted(let agreed) = event as? TLSUserEvent { completed(agreed, context: context) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A link that was cut: the end of the connection tells that too.
        if case NIOSSLError.uncleanShutdown = error { return }
        let error = HandshakeError(error)
        fail(error)
        context.fireErrorCaught(error)
    }

    private func completed(_ agreed: String?, context: ChannelHandlerContext) {
        deadline?.cancel()
        do {
            guard let purpose = agreed.flatMap(Purpose.init) else { throw HandshakeError.otherProtocol }
            let handler = try context.pipeline.syncOperations.handler(type: NIOSSLHandler.self)
            guard let certificate = handler.peerCertificate else { throw HandshakeError.noCertificate }
            peer.succeed(try PeerIdentity(certificate, purpose: purpose))
        } catch {
            // Bytes can be told to the peer now: whoever asks who it is can say why not.
            fail(HandshakeError(error))
        }
    }

    private func fail(_ error: HandshakeError) {
        deadline?.cancel()
        peer.fail(error)
    }
}
