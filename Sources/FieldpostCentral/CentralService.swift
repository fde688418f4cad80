import FieldpostCore
package import FieldpostHTTP
package import FieldpostNode
package import Logging
import ServiceLifecycle

/// The central node: pulls the entries of every gateway, and sends each gateway what is in its scope.
package struct CentralService: Service {
    package let host: NodeHost

    /// Loads the key and opens the journal. `onReady` is called when all parts listen. Throws `HTTPTLSError`,
    /// `NodeKeyError`, `JournalError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {}
    ) async throws {
        precondition(settings.role == .central, "these settings are for another role")
        host = try NodeHost(settings: settings, logger: logger, onReady: onReady, role: CentralRole.init)
    }

    /// Runs until a graceful shutdown. See `NodeHost.run`.
    package func run() async throws { try await host.run() }
}
