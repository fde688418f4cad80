package import FieldpostCore
import FieldpostWire
package import NIOCore

/// A framed connection to a peer, whoever dialled.
package struct PeerChannel: Sendable {
    private let channel: NIOAsyncChannel<Arrival, ByteBuffer>

    /// On the channel's event loop. Sends the preamble as soon as the connection stands.
    init(wrapping channel: any Channel) throws {
        try channel.pipeline.syncOperations.addHandler(FrameHandler())
        self.channel = try NIOAsyncChannel(
            wrappingChannelSynchronously: channel,
            configuration: .init(
                backPressureStrategy: .init(lowWatermark: 2, highWatermark: 8), isOutboundHalfClosureEnabled: true))
    }

    /// The peer's address, for people.
    package var address: String {
        channel.channel.remoteAddress.flatMap { address in
            address.ipAddress.map { "\($0):\(address.port ?? 0)" }
        } ?? "unknown"
    }

    /// Runs a conversation; the connection is closed when `body` returns. `Inbound` throws a `Violation` when the
    /// peer breaks the framing.
    package func converse(_ body: @Sendable (Inbound, Outbound) async -> Void) async throws {
        try await channel.executeThenClose { inbound, outbound in
            await body(inbound, Outbound(writer: outbound))
        }
    }

    /// Closes a connection on which no conversation was had: one that is only dropped is a fault to the library.
    package func abandon() async { try? await channel.executeThenClose { _, _ in } }

    package typealias Inbound = NIOAsyncChannelInboundStream<Arrival>

    package struct Outbound: Sendable {
        let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>

        /// Returns when there is room for more.
        package func send(_ message: Message) async throws {
            try await writer.write(ByteBuffer(bytes: MessageEncoder.encode(message)))
        }

        /// Nothing more will be sent; what was goes out.
        package func finish() { writer.finish() }
    }
}
