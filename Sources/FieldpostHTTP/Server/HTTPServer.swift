import FieldpostCore
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
package import Logging
import NIOCore
package import NIOSSL
import ServiceLifecycle

/// Serves routes on a TCP port until the task is cancelled or its service group is shut down.
package struct HTTPServer: Service {
    private let application: Application<RouterResponder<APIContext>>
    private let place: String

    /// - Parameters:
    ///   - rule: identifies the callers.
    ///   - port: 0 for any free port.
    ///   - connections: the number at the same time. Others wait.
    ///   - requestSeconds: the time in which a complete request must arrive.
    ///   - tls: nil for plain HTTP.
    ///   - onBound: called once with the port, when connections are accepted.
    package init(
        routes: [Route], rule: AccessRule, host: String, port: Int, connections: Int = Limits.httpConnections,
        requestSeconds: Int = Limits.httpRequestSeconds, tls: TLSConfiguration? = nil, logger: Logger,
        onBound: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        place = "\(host):\(port)"
        let metrics = RouteMetrics()
        let plain = HTTPServerBuilder.strict(
            requestSeconds: requestSeconds,
            fast: FastPath(routes, rule: rule, metrics: metrics, logger: logger))
        application = Application(
            router: Router<APIContext>.serving(routes, rule: rule, metrics: metrics, logger: logger),
            server: try tls.map { try .tls(plain, tlsConfiguration: $0) } ?? plain,
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { await onBound(port) }
            },
            logger: logger.forLibrary)
    }

    /// Throws `ListenError` if the port cannot be bound, or accepts no more connections.
    package func run() async throws {
        do {
            try await application.run()
        } catch {
            throw ListenError(error, place: place)
        }
        try ListenError.throwUnlessEnding(place: place)
    }
}
