import FieldpostCore
import Hummingbird
import Logging
import ServiceLifecycle
import Synchronization
import TestKit

@testable import FieldpostHTTP

/// A server of the report API, and how many requests for a new report took the ordinary way.
struct Site: Sendable {
    let server: HTTPServer
    let ordinary = Count()
    private let ports: AsyncStream<Int>

    final class Count: Sendable {
        private let count = Atomic(0)
        var value: Int { count.load(ordering: .sequentiallyConsistent) }
        func add() { count.add(1, ordering: .sequentiallyConsistent) }
    }

    /// `isFast`: whether it has a fast path.
    init(
        _ node: TestNode, rule: AccessRule = .trust, isFast: Bool = true, residents: Bool = false,
        requestSeconds: Int = Limits.httpRequestSeconds,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) throws {
        let api = ReportAPI(node: node)
        let routes = (residents ? api.residentRoutes : api.routes).map { [ordinary] route in
            guard route.fast != nil else { return route }
            return Route(route.method, route.path, for: route.permission, fast: isFast ? route.fast : nil) {
                ordinary.add()
                return try await route.answer($0, $1)
            }
        }
        let (ports, found) = AsyncStream<Int>.makeStream()
        self.ports = ports
        server = try HTTPServer(
            routes: routes, rule: rule, host: "127.0.0.1", port: 0, requestSeconds: requestSeconds, logger: logger
        ) { found.yield($0) }
    }

    /// Runs servers while `body` uses them.
    static func with(_ sites: [Site], _ body: ([RawConnection.Place]) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let services = ServiceGroup(services: sites.map(\.server), logger: logger)
            group.addTask { try await services.run() }
            var places: [RawConnection.Place] = []
            for site in sites {
                for await port in site.ports {
                    places.append(.port(port))
                    break
                }
            }
            try await body(places)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}

extension RawConnection.Answer {
    /// All of it but the date.
    var undated: String { head.replacing(/Date: [^\r]*\r\n/, with: "") + body }
}
