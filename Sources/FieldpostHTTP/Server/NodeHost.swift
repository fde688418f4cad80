import FieldpostCore
import FieldpostJournal
package import FieldpostNode
package import Logging
import NIOSSL
import ServiceLifecycle
import Synchronization

/// A whole node in one process: the journal, the sessions, the HTTP API and the admin socket, from opening to an
/// orderly end.
package struct NodeHost: Service {
    package let node: Node
    private let logger: Logger
    private let onReady: @Sendable () -> Void

    /// Loads the key, or makes one at the first start, and opens the journal. `onReady` is called when every part
    /// listens. Throws `NodeKeyError`, `JournalError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {}
    ) throws {
        let key = try NodeKey.ofNode(in: settings.stateDirectory, creates: true)
        node = try Node(settings: settings, key: key, logger: logger)
        self.logger = logger
        self.onReady = onReady
    }

    /// Runs until a graceful shutdown. Throws `ListenError`, what binding for peers throws, and `JournalError` when
    /// the journal failed: then only a restart helps.
    package func run() async throws {
        try await node.prepare()
        let settings = node.settings
        let partCount = 2 + (settings.listen == nil ? 0 : 1) + (settings.publicHTTP == nil ? 0 : 1)
        let readiness = Readiness(parts: partCount) { [node, logger, onReady] in
            logger.notice(
                "ready",
                metadata: [
                    "name": "\(settings.name)", "node": "\(node.journal.origin.node.short)",
                    "http": "\(node.addresses.http ?? "-")", "peers": "\(node.addresses.peers ?? "-")",
                ])
            ServiceNotifier.ready()
            onReady()
        }
        // The first part that fails ends the others, in good order: to the HTTP library, a server that is cancelled
        // while somebody connects is a fault that ends the process, whatever status it should have ended with. The
        // node goes first, since answers that stream what it does end with it.
        var parts: [any Service] = [try api(readiness)]
        if let (host, port) = try settings.publicHTTPAddress { parts.append(try residents(host, port, readiness)) }
        parts += [admin(readiness), NodePart(node: node, onListening: readiness.partIsReady)]
        let services = parts.map { part in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: part, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        var configuration = ServiceGroupConfiguration(services: services, logger: logger.forLibrary)
        configuration.maximumGracefulShutdownDuration = Duration.seconds(Self.endSeconds)
        try await ServiceGroup(configuration: configuration).run()
        try node.journal.close()
    }

    /// For terminals, or at central for people.
    private func api(_ readiness: Readiness) throws -> HTTPServer {
        let (host, port) = try node.settings.httpAddress
        let rule: AccessRule = node.settings.httpOpen ? .trust : .credentials(node, LoginGate())
        return try HTTPServer(
            router: ReportAPI(node: node, rule: rule, logger: logger).router(), host: host, port: port, tls: try tls,
            logger: logger
        ) { [node] port in
            node.listening(http: port)
            readiness.partIsReady()
        }
    }

    private func residents(_ host: String, _ port: Int, _ readiness: Readiness) throws -> HTTPServer {
        let api = ReportAPI(node: node, rule: .residents(.forResidents()), logger: logger)
        return try HTTPServer(
            router: api.router(ReportAPI.residentRoutes), host: host, port: port, connections: Limits.publicConnections,
            tls: try tls, logger: logger
        ) { [node] port in
            node.listening(publicHTTP: port)
            readiness.partIsReady()
        }
    }

    /// For the command line.
    private func admin(_ readiness: Readiness) -> UnixHTTPServer {
        let router = AdminAPI(node: node, logger: logger).router()
        GatewayAPI(node).add(to: router)
        AccessAPI(node).add(to: router)
        ReportAPI(node: node, rule: .trust, logger: logger).addRoutes(
            ReportAPI.routes.filter { $0.key.hasPrefix("/v1/reports") }, to: router)
        return UnixHTTPServer(
            router: router, path: node.settings.adminSocket, logger: logger, onBound: readiness.partIsReady)
    }

    private var tls: TLSConfiguration? {
        get throws { try node.settings.httpTLS.map(HTTPTLS.configuration) }
    }

    /// Seconds that requests under way may take to end before they are cut off.
    private static let endSeconds = 5
}

/// The sessions with peers, and the care of the journal.
private struct NodePart: Service {
    let node: Node
    let onListening: @Sendable () -> Void

    func run() async throws { try await node.run { [onListening] _ in onListening() } }
}

/// Tells once, when all parts listen.
private final class Readiness: Sendable {
    private let missing: Mutex<Int>
    private let onReady: @Sendable () -> Void

    init(parts: Int, onReady: @escaping @Sendable () -> Void) {
        missing = Mutex(parts)
        self.onReady = onReady
    }

    func partIsReady() {
        let left = missing.withLock { missing in
            missing -= 1
            return missing
        }
        if left == 0 { onReady() }
    }
}
