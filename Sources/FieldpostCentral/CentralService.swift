import FieldpostCore
package import FieldpostHTTP
package import FieldpostNode
package import Logging
import ServiceLifecycle

/// The central node: pulls every gateway's entries, and hands down what concerns each.
package struct CentralService: Service {
    package let host: NodeHost

    /// Loads the key and opens the journal. `onReady` is called when every part listens. Throws `HTTPTLSError`,
    /// `NodeKeyError`, `JournalError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {}
    ) async throws {
        precondition(settings.role == .central, "settings of another role")
        host = try NodeHost(settings: settings, logger: logger, onReady: onReady, role: CentralRole.init)
    }

    /// Runs until a graceful shutdown; see `NodeHost.run`.
    package func run() async throws { try await host.run() }
}
