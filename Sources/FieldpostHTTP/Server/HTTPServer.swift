import FieldpostCore
package import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import ServiceLifecycle

/// Serves a router on a TCP port, until the task is cancelled or the group it runs in is shut down.
package struct HTTPServer: Service {
    private let application: Application<RouterResponder<BasicRequestContext>>
    private let place: String

    /// - Parameters:
    ///   - port: 0 for any free one.
    ///   - onBound: called once with the port, when connections are taken.
    package init(
        router: Router<BasicRequestContext>, host: String, port: Int, logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        place = "\(host):\(port)"
        application = Application(
            router: router,
            server: .http1(configuration: .init(idleTimeout: .seconds(Int64(Limits.httpIdleSeconds)))),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(Limits.httpConnections)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { await onBound(port) }
            },
            logger: logger.forLibrary)
    }

    /// Throws `ListenError` when the port cannot be had, or gives no more connections.
    package func run() async throws {
        do {
            try await application.run()
        } catch {
            throw ListenError(error, place: place)
        }
        try ListenError.throwUnlessEnding(place: place)
    }
}
