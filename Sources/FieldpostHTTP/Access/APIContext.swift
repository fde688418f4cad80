package import FieldpostNode
import Glibc
package import Hummingbird
import Logging
import NIOCore

/// What a route gets in addition to the request.
package struct APIContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The client's address. Nil on the admin socket.
    let address: SocketAddress?
    private let channel: any Channel
    /// Nobody, until `AccessMiddleware` has identified the caller.
    package internal(set) var caller = Caller.nobody
    /// Identifies the caller again.
    var identify: @Sendable () async throws -> Caller = { .nobody }
    var problems = ProblemLog(logger: Logger(label: "fieldpost") { _ in SwiftLogNoOpLogHandler() })

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = source.channel.remoteAddress
    }

    /// Asks a waiting client to send the body.
    func wantBody() async { try? await channel.triggerUserOutboundEvent(ExchangeHandler.BodyWanted()).get() }

    /// The body may take as long as it goes on. Asks a waiting client to send it.
    func streamBody() async { try? await channel.triggerUserOutboundEvent(ExchangeHandler.BodyStreams()).get() }

    /// The answer of SO_PEERCRED (`struct ucred`, unix(7)).
    private struct PeerCredentials: Sendable {
        var process: Int32
        var user: UInt32
        var group: UInt32
    }

    /// The name, in audit events, of the operator who runs a command through the admin socket. It contains the user id
    /// that the kernel gives, if there is one. Only the daemon's user and root may open the socket.
    private func operatorName() async -> String { await peerUser().map { "operator (uid \($0))" } ?? "operator" }

    /// The caller, in audit events.
    package func who() async -> String {
        if case .account(let account) = caller { account.name } else { await operatorName() }
    }

    /// The user at the other end of a Unix socket, according to the kernel. Nil for another channel.
    private func peerUser() async -> UInt32? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials? = try? await provider.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        ).get()
        return credentials.map { $0.user }
    }
}
