import FieldpostCore
import FieldpostNode
import Glibc
import Hummingbird
package import Logging
import NIOCore
import ServiceLifecycle

/// Serves routes on a Unix socket that only the node's own user may open (mode 0600). A socket that a killed process
/// left is replaced. The socket is removed at the end.
///
/// Two nodes never share a socket, because the lock of the journal beside it keeps the second node out.
package struct UnixHTTPServer: Service {
    private let responder: RouterResponder<APIContext>
    private let fast: FastPath?
    private let path: String
    private let logger: Logger
    private let onBound: @Sendable () async -> Void

    package init(
        routes: [Route], rule: AccessRule, path: String, logger: Logger,
        onBound: @escaping @Sendable () async -> Void = {}
    ) {
        let metrics = RouteMetrics()
        responder = Router.serving(routes, rule: rule, metrics: metrics, logger: logger).buildResponder()
        fast = FastPath(routes, rule: rule, metrics: metrics, logger: logger)
        self.path = path
        self.logger = logger
        self.onBound = onBound
    }

    /// Throws `ListenError` if the socket cannot be made.
    package func run() async throws {
        try removeSocket()
        let application = Application(
            responder: responder, server: .strict(fast: fast),
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: path), serverName: nil),
            onServerRunning: { _ in
                chmod(path, 0o600)
                await onBound()
            },
            logger: logger.forLibrary)
        do {
            try await application.run()
        } catch {
            throw ListenError(error, place: path)
        }
        try removeSocket()
        try ListenError.throwUnlessEnding(place: path)
    }

    /// Removes the socket at the path. Throws if another file is there.
    private func removeSocket() throws(ListenError) {
        guard SocketFile.removeLeftover(at: path) else {
            throw ListenError(place: path, reason: "another file that is not a socket is there")
        }
    }
}
