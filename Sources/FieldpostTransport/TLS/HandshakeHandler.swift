import FieldpostCore
import NIOCore
import NIOSSL
import NIOTLS

/// Waits for the TLS handshake below it, and reports the peer's identity or the reason for the failure.
final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let peer: EventLoopPromise<PeerIdentity>
    private var deadline: Scheduled<Void>?

    /// `peer` is always completed, at the latest when the connection ends.
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
        // A broken link. The end of the connection reports it too.
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
            // From here on, bytes can be sent to the peer, so the caller can tell it the reason.
            fail(HandshakeError(error))
        }
    }

    private func fail(_ error: HandshakeError) {
        deadline?.cancel()
        peer.fail(error)
    }
}
