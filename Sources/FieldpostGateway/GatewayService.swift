import FieldpostCore
package import FieldpostHTTP
package import FieldpostNode
package import Logging
import ServiceLifecycle

/// A gateway: accepts reports, and keeps them until central has them.
package struct GatewayService: Service {
    package let host: NodeHost

    /// Loads the key and opens the journal. `onReady` is called when all parts listen. Throws `HTTPTLSError`,
    /// `NodeKeyError`, `JournalError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {}
    ) async throws {
        precondition(settings.role == .gateway, "these settings are for another role")
        host = try NodeHost(settings: settings, logger: logger, onReady: onReady, role: GatewayRole.init)
    }

    /// Runs until a graceful shutdown. See `NodeHost.run`.
    package func run() async throws { try await host.run() }
}
