import FieldpostCore
package import FieldpostNode
import FieldpostStore
package import Logging
import ServiceLifecycle
import Synchronization

/// A role that adds routes to the admin socket.
package protocol HostedRole: NodeRole {
    var adminRoutes: [Route] { get }
    /// Whether people work at the console here, and administrators administer the node from it.
    var hasConsole: Bool { get }
}

/// A whole node in one process: the journal, the sessions, the HTTP API and the admin socket, from opening to an
/// orderly end.
package struct NodeHost: Service {
    package let node: Node
    /// Reports the node's state to systemd.
    package let readiness = ServiceReadiness()
    private let pages: PageFiles
    /// Nil for plain HTTP.
    private let tls: HTTPTLSKeeper?
    private let roleRoutes: [Route]
    /// One for all ports, so that its limits hold in sum.
    private let reports: ReportAPI
    private let hasConsole: Bool
    /// Of all ways to log in.
    private let gate = LoginGate()
    private let logger: Logger
    private let onReady: @Sendable () -> Void

    /// Loads the key, or makes one at the first start, and opens the journal. `onReady` is called when all parts
    /// listen. `role`: see `Node.init`. Throws `HTTPTLSError`, `PageError`, `NodeKeyError`, `JournalError`,
    /// `BlobError`.
    package init(
        settings: NodeSettings, logger: Logger, onReady: @escaping @Sendable () -> Void = {},
        role makeRole: (NodeParts) -> any HostedRole
    ) throws {
        let watch = ServiceWatch()
        // Before the journal is opened, so that an error here does not touch it.
        tls = try settings.httpTLS.map { files throws(HTTPTLSError) in
            try HTTPTLSKeeper(files, watch: watch, logger: logger)
        }
        pages = try Self.pages(settings, logger)
        let key = try NodeKey.ofNode(in: settings.stateDirectory, creates: true)
        var (roleRoutes, hasConsole): ([Route], Bool) = ([], false)
        node = try Node(settings: settings, key: key, watch: watch, logger: logger) { parts in
            let role = makeRole(parts)
            (roleRoutes, hasConsole) = (role.adminRoutes, role.hasConsole)
            return role
        }
        reports = ReportAPI(node: node)
        self.roleRoutes = roleRoutes
        self.hasConsole = hasConsole
        self.logger = logger
        self.onReady = onReady
    }

    /// Checks what `settings` name, as `init` and `run` do, and touches nothing: the files of TLS and pages, the key if
    /// there is one, and the addresses. Throws what they throw.
    package static func check(_ settings: NodeSettings, logger: Logger) throws {
        if let files = settings.httpTLS { _ = try HTTPIdentity(files) }
        _ = try pages(settings, logger)
        do throws(NodeKeyError) {
            _ = try NodeKey.ofNode(in: settings.stateDirectory, creates: false)
        } catch .missing {
            // The first start makes one.
        }
        _ = (try settings.httpAddresses, try settings.publicHTTPAddresses, try settings.publicHTTPSAddresses)
        _ = (try settings.metricsAddresses, try settings.listenAddresses)
    }

    /// Runs until a graceful shutdown. Throws `ListenError`, the errors of binding for peers, and `JournalError` if the
    /// journal failed. Then only a restart helps.
    package func run() async throws {
        try await node.prepare()
        let settings = node.settings
        let (addresses, publicAddresses) = (try settings.httpAddresses, try settings.publicHTTPAddresses)
        let secureAddresses = tls == nil ? [] : try settings.publicHTTPSAddresses
        let metricsAddresses = try settings.metricsAddresses
        let partCount =
            1 + addresses.count + publicAddresses.count + secureAddresses.count + metricsAddresses.count
            + (settings.listen == nil ? 0 : 1)
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
        let residentRoutes = residentRoutes + pageRoutes.residents
        let rates = AccessRule.residents(.forResidents())
        parts += try publicAddresses.map { try residents(residentRoutes, rates, $0.host, $0.port, nil, listening) }
        parts += try secureAddresses.map { try residents(residentRoutes, rates, $0.host, $0.port, tls, listening) }
        let metricsRoutes = MetricsAPI { [node] in await node.measure() }.routes
        parts += try metricsAddresses.map { try metrics(metricsRoutes, $0.host, $0.port, listening) }
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
        let rule: AccessRule = node.settings.httpOpen ? .trust : .credentials(node, gate)
        return try HTTPServer(
            routes: apiRoutes + consoleRoutes + pageRoutes.staff, rule: rule, host: host, port: port,
            tls: tls?.configuration,
            logger: logger
        ) { [node] port in
            node.listening(http: host, port)
            listening.partListens()
        }
    }

    /// What terminals and people use.
    package var apiRoutes: [Route] { Self.routes(of: node, reports, node, node, facts, gate) }

    package static func routes(
        of node: any NodeService, _ reports: ReportAPI, _ pairings: any PairingControl,
        _ browsers: any WebSessionControl, _ facts: SiteFacts, _ gate: LoginGate
    ) -> [Route] {
        reports.routes + PairingAPI(pairings).routes + [FormAPI(node: node, facts: facts).route]
            + SessionAPI(browsers, gate: gate).routes
    }

    /// What administrators also do from the console. Empty where there is none.
    package var consoleRoutes: [Route] {
        guard hasConsole else { return [] }
        let taken = Set(apiRoutes.map(\.name))
        let routes = adminOnlyRoutes.filter { !taken.contains($0.name) }
        // Where everybody may do everything, that ends with what the API offers.
        return node.settings.httpOpen ? routes.map { $0.needingLogin(node) } : routes
    }

    /// What residents use.
    package var residentRoutes: [Route] {
        reports.residentRoutes + [FormAPI(node: node, facts: facts).route]
    }

    /// The pages of both ports.
    package var pageRoutes: (staff: [Route], residents: [Route]) {
        let site = SiteAPI(node: node, reports: reports, pages: pages, facts: facts)
        return (site.staffRoutes + (hasConsole ? site.consoleRoutes : []), site.residentRoutes)
    }

    /// What administrators use.
    package var adminRoutes: [Route] {
        adminOnlyRoutes + reports.reportRoutes + reports.taskRoutes + reports.blobRoutes
    }

    private var adminOnlyRoutes: [Route] {
        AdminAPI(node: node).routes + roleRoutes + AccessAPI(node).routes + PairingAPI(node).adminRoutes
    }

    private var facts: SiteFacts {
        let settings = node.settings
        let isSecure = settings.publicHTTPS != nil && settings.publicURL?.hasPrefix("https://") == true
        return SiteFacts(
            station: settings.name, role: settings.role, grids: settings.grids,
            secureURL: isSecure ? settings.publicURL.map(PublicURL.base) : nil
        ) { [node] in
            guard let certificate = node.watch.certificate, let now = await node.time() else { return false }
            return certificate.isValid(at: now)
        }
    }

    /// For residents: over plain HTTP, and over TLS with the same rates.
    private func residents(
        _ routes: [Route], _ rates: AccessRule, _ host: String, _ port: Int, _ tls: HTTPTLSKeeper?,
        _ listening: Listening
    ) throws -> HTTPServer {
        try HTTPServer(
            routes: routes, rule: rates, host: host, port: port, connections: Limits.publicConnections,
            tls: tls?.configuration, logger: logger
        ) { [node] port in
            if tls == nil { node.listening(publicHTTP: host, port) } else { node.listening(publicHTTPS: host, port) }
            listening.partListens()
        }
    }

    /// For Prometheus.
    private func metrics(
        _ routes: [Route], _ host: String, _ port: Int, _ listening: Listening
    ) throws -> HTTPServer {
        try HTTPServer(
            routes: routes, rule: .trust, host: host, port: port, connections: Limits.metricsConnections, logger: logger
        ) { [node] port in
            node.listening(metrics: host, port)
            listening.partListens()
        }
    }

    /// A directory that is named must be readable. Without the standard one, there are no pages.
    private static func pages(_ settings: NodeSettings, _ logger: Logger) throws(PageError) -> PageFiles {
        let directory = settings.pages ?? PageFiles.standardDirectory
        do throws(SmallFile.Failure) {
            return try PageFiles(directory: directory)
        } catch {
            guard settings.pages == nil else { throw PageError(directory: directory, reason: error.reason) }
            logger.warning(
                "the files of the pages are missing, so browsers get none",
                metadata: ["directory": "\(directory)", "reason": "\(error.reason)"])
            return .none
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

/// The directory of the pages cannot be read.
package struct PageError: Error, Hashable, Sendable, CustomStringConvertible {
    let directory: String
    let reason: String

    package var description: String {
        "`pages` names a directory that cannot be read: \(directory) (\(reason)). Nothing was changed. Correct the "
            + "setting, or leave it out."
    }
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
