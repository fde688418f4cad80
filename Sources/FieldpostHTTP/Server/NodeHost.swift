import FieldpostCore
package import FieldpostNode
import FieldpostStore
package import Logging
import ServiceLifecycle
import Synchronization

/// A role that adds routes to the admin socket.
package protocol HostedRole: NodeRole {
    var adminRoutes: [Route] { get }
}

/// A whole node in one process: the journal, the sessions, the HTTP API and the admin socket, from opening to an
/// orderly end.
package struct NodeHost: Service {
    package let node: Node
    /// Reports the node's state to systemd.
    package let readiness = ServiceReadiness()
    /// Nil for plain HTTP.
    private let tls: HTTPTLSKeeper?
    private let roleRoutes: [Route]
    private let logger: Logger
    private let onReady: @Sendable () -> Void

    /// Loads the key, or makes one at the first start, and opens the journal. `onReady` is called when all parts
    /// listen. `role`: see `Node.init`. Throws `HTTPTLSError`, `NodeKeyError`, `JournalError`, `BlobError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {},
        role makeRole: (NodeParts) -> any HostedRole
    ) throws {
        let watch = ServiceWatch()
        // Before the journal is opened, so that an error here does not touch it.
        tls = try settings.httpTLS.map { files throws(HTTPTLSError) in
            try HTTPTLSKeeper(files, watch: watch, logger: logger)
        }
        let key = try NodeKey.ofNode(in: settings.stateDirectory, creates: true)
        var roleRoutes: [Route] = []
        node = try Node(settings: settings, key: key, watch: watch, logger: logger) { parts in
            let role = makeRole(parts)
            roleRoutes = role.adminRoutes
            return role
        }
        self.roleRoutes = roleRoutes
        self.logger = logger
        self.onReady = onReady
    }

    /// Runs until a graceful shutdown. Throws `ListenError`, the errors of binding for peers, and `JournalError` if the
    /// journal failed. Then only a restart helps.
    package func run() async throws {
        try await node.prepare()
        let settings = node.settings
        let (addresses, publicAddresses) = (try settings.httpAddresses, try settings.publicHTTPAddresses)
        let partCount = 1 + addresses.count + publicAddresses.count + (settings.listen == nil ? 0 : 1)
        let listening = Listening(parts: partCount) { [node, readiness, logger, onReady] in
            logger.notice(
                "ready",
                metadata: [
                    "name": "\(settings.name)", "node": "\(node.journal.origin.node.short)",
                    "http": "\(Self.list(node.addresses.http))", "peers": "\(Self.list(node.addresses.peers))",
                ])
            readiness.ready()
            onReady()
        }
        // The first part that fails ends the others gracefully. If a server of Hummingbird is cancelled while a client
        // connects, the process traps, and its exit status is lost. The node ends first, because answers that stream
        // its progress end with it.
        var parts: [any Service] = try addresses.map { try api($0.host, $0.port, listening) }
        parts += try publicAddresses.map { try residents($0.host, $0.port, listening) }
        parts += [admin(listening), NodePart(node: node, onListening: listening.partListens)]
        if let tls { parts.append(tls) }
        let services = parts.map { part in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: part, successTerminationBehavior: .gracefullyShutdownGroup,
                failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        var configuration = ServiceGroupConfiguration(services: services, logger: logger.forLibrary)
        configuration.maximumGracefulShutdownDuration = Duration.seconds(Self.endSeconds)
        try await ServiceGroup(configuration: configuration).run()
        try await node.close()
    }

    /// Applies those new settings that a running node can change: the TLS files and the links. If the files are
    /// invalid, the old ones stay, and an alarm says so. `problem`: why the configuration could not be read. Then
    /// `settings` is nil.
    package func reload(_ settings: NodeSettings?, problem: String?) {
        node.watch.configuration = problem
        if let settings { node.apply(settings) }
        if let files = settings?.httpTLS { tls?.reload(files) }
    }

    /// For terminals, or at central for people.
    private func api(_ host: String, _ port: Int, _ listening: Listening) throws -> HTTPServer {
        let rule: AccessRule = node.settings.httpOpen ? .trust : .credentials(node, LoginGate())
        return try HTTPServer(
            routes: apiRoutes, rule: rule, host: host, port: port, tls: tls?.configuration,
            logger: logger
        ) { [node] port in
            node.listening(http: host, port)
            listening.partListens()
        }
    }

    /// What terminals and people use.
    package var apiRoutes: [Route] { Self.routes(of: node, node) }

    /// What residents use.
    package var residentRoutes: [Route] { ReportAPI(node: node).residentRoutes }

    /// What administrators use.
    package var adminRoutes: [Route] {
        let reports = ReportAPI(node: node)
        return AdminAPI(node: node).routes + roleRoutes + AccessAPI(node).routes + PairingAPI(node).adminRoutes
            + reports.reportRoutes + reports.taskRoutes + reports.blobRoutes
    }

    package static func routes(of node: any NodeService, _ pairings: any PairingControl) -> [Route] {
        ReportAPI(node: node).routes + PairingAPI(pairings).routes
    }

    private func residents(_ host: String, _ port: Int, _ listening: Listening) throws -> HTTPServer {
        return try HTTPServer(
            routes: residentRoutes, rule: .residents(.forResidents()), host: host, port: port,
            connections: Limits.publicConnections, tls: tls?.configuration, logger: logger
        ) { [node] port in
            node.listening(publicHTTP: host, port)
            listening.partListens()
        }
    }

    /// For the command line.
    private func admin(_ listening: Listening) -> UnixHTTPServer {
        UnixHTTPServer(
            routes: adminRoutes, rule: .trust, path: node.settings.adminSocket, logger: logger,
            onBound: listening.partListens)
    }

    private static func list(_ addresses: [String]) -> String {
        addresses.isEmpty ? "-" : addresses.joined(separator: ", ")
    }

    /// Seconds until requests that still run are cut off.
    private static let endSeconds = 5
}

/// The sessions with peers, and the background work on the journal.
private struct NodePart: Service {
    let node: Node
    let onListening: @Sendable () -> Void

    func run() async throws { try await node.run { [onListening] in onListening() } }
}

/// Calls `onAll` once, when all parts listen.
private final class Listening: Sendable {
    private let missing: Mutex<Int>
    private let onAll: @Sendable () -> Void

    init(parts: Int, onAll: @escaping @Sendable () -> Void) {
        missing = Mutex(parts)
        self.onAll = onAll
    }

    func partListens() {
        let left = missing.withLock { missing in
            missing -= 1
            return missing
        }
        if left == 0 { onAll() }
    }
}
