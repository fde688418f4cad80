// The compiler assigns C structures to the module in which it first meets them.
import CoreFoundation
package import FieldpostCore
import FieldpostWire
import Glibc
package import NIOCore
import NIOSSL

/// A framed connection to a peer. Either side may have dialled.
package struct PeerChannel: Sendable {
    private let channel: NIOAsyncChannel<Arrival, ByteBuffer>
    /// Nil without TLS.
    private let peer: EventLoopFuture<PeerIdentity>?
    /// Call this when the peer may stay. Until then, a listener with too many connections may close this one. Returns
    /// false if the listener has too many sessions.
    package let welcome: @Sendable () -> Bool

    /// Call this on the channel's event loop. Sends the preamble as soon as the connection is open.
    init(
        wrapping channel: any Channel, security: Security, isDialled: Bool,
        welcome: @escaping @Sendable () -> Bool = { true }
    ) throws {
        self.welcome = welcome
        peer = try Self.secure(channel, security, isDialled: isDialled)
        try channel.pipeline.syncOperations.addHandler(FrameHandler())
        self.channel = try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), isOutboundHalfClosureEnabled: true))
    }

    private static func secure(
        _ channel: any Channel, _ security: Security, isDialled: Bool
    ) throws -> EventLoopFuture<PeerIdentity>? {
        guard case .tls(let identity, let purpose) = security else { return nil }
        let contexts = try identity.contexts()
        // Any key passes the handshake. Whether the key is allowed is decided afterwards, when a refusal can be
        // explained.
        let anyKey: NIOSSLCustomVerificationCallback = { _, promise in promise.succeed(.certificateVerified) }
        let pipeline = channel.pipeline.syncOperations
        let peer = channel.eventLoop.makePromise(of: PeerIdentity.self)
        do {
            if isDialled, let context = contexts.client[purpose] {
                try pipeline.addHandler(
                    NIOSSLClientHandler(
                        context: context, serverHostname: nil, customVerificationCallback: anyKey))
            } else {
                try pipeline.addHandler(
                    NIOSSLServerHandler(context: contexts.server, customVerificationCallback: anyKey))
            }
            try pipeline.addHandler(HandshakeHandler(peer: peer))
        } catch {
            // The connection has already ended.
            peer.fail(HandshakeError.closed)
            throw error
        }
        return peer.futureResult
    }

    /// Waits for the TLS handshake. Nil without TLS. Throws `HandshakeError`.
    package func identify() async throws(HandshakeError) -> PeerIdentity? {
        do {
            return try await peer?.get()
        } catch {
            throw HandshakeError(error)
        }
    }

    /// The peer's address, for people.
    package var address: String {
        channel.channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\(Endpoint(host: $0, port: address.port ?? 0))" }
        } ?? "unknown"
    }

    /// The numeric addresses of this end and of the peer's end, without their ports. Nil once the connection has ended.
    package var hosts: (local: String?, peer: String?) {
        (channel.channel.localAddress?.ipAddress, channel.channel.remoteAddress?.ipAddress)
    }

    /// Runs a conversation. The connection is closed when `body` returns. `Inbound` throws a `Violation` when the peer
    /// breaks the framing.
    package func converse(_ body: @Sendable (Inbound, Outbound) async -> Void) async throws {
        try await channel.executeThenClose { inbound, outbound in
            await body(inbound, Outbound(writer: outbound))
        }
    }

    /// Whether TCP has sent data again, or tried to, without an answer since (tcp(7), `TCP_INFO`). Then it waits longer
    /// each time before the next try, up to two minutes, even if the link has come up in the meantime.
    package var isStalled: Bool {
        get async {
            guard let options = channel.channel as? any SocketOptionProvider,
                let info = try? await options.getTCPInfo().get()
            else { return false }
            return info.tcpi_backoff > 0 || info.tcpi_retransmits > 0
        }
    }

    /// Closes the connection at once. What was not sent is lost. TLS itself would wait for the peer's farewell.
    package func cut() {
        let channel = channel.channel
        channel.eventLoop.execute {
            let pipeline = channel.pipeline.syncOperations
            let tls =
                (try? pipeline.context(handlerType: NIOSSLClientHandler.self))
                ?? (try? pipeline.context(handlerType: NIOSSLServerHandler.self))
            if let tls { tls.close(promise: nil) } else { channel.close(promise: nil) }
        }
    }

    /// Closes a connection without a conversation. The library treats a connection that is only dropped as an error.
    package func abandon() async { try? await channel.executeThenClose { _, _ in } }

    package typealias Inbound = NIOAsyncChannelInboundStream<Arrival>

    package struct Outbound: Sendable {
        let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>

        /// Returns when there is room for more.
        package func send(_ message: Message) async throws { _ = try await sendCounting(message) }

        /// The same, with the bytes of the frame.
        package func sendCounting(_ message: Message) async throws -> Int {
            let frame = MessageEncoder.encode(message)
            try await writer.write(ByteBuffer(bytes: frame))
            return frame.count
        }

        /// Ends the sending side. What was sent before is still delivered.
        package func finish() { writer.finish() }
    }
}
