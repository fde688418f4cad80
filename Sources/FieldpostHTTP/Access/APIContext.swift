package import FieldpostNode
import Glibc
package import Hummingbird
import NIOCore

/// What a route is told beside the request.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Where the connection comes from; nil on the admin socket.
    let address: SocketAddress?
    private let channel: any Channel
    /// Until somebody has found out who asks, nobody does.
    package internal(set) var caller = Caller.nobody

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = source.channel.remoteAddress
    }

    /// Lets a client send the body that it waits with.
    func wantBody() async { try? await channel.triggerUserOutboundEvent(ExchangeHandler.BodyWanted()).get() }

    /// The answer of SO_PEERCRED (`struct ucred`, unix(7)).
    private struct PeerCredentials: Sendable {
        var process: Int32
        var user: UInt32
        var group: UInt32
    }

    /// The operator who gives a command through the admin socket, which only the daemon's user and root may open. As
    /// audit events name him: with the number of the user, where the kernel tells it.
    package func operatorName() async -> String { await peerUser().map { "operator (uid \($0))" } ?? "operator" }

    /// The user at the other end of a Unix socket, as the kernel says; nil for another channel.
    private func peerUser() async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials? = try? await provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return credentials.map { $0.user }
    }
}
