import HTTPTypes
package import Hummingbird
package import Logging

extension Router where Context == APIContext {
    /// A router that serves only these routes. `rule` identifies the callers. Every error is answered with problem
    /// details, also for an unknown path. `HEAD` works wherever `GET` does, and other methods get 405.
    ///
    /// Join the lists of several APIs before this call: two of them may serve one path with different methods.
    package static func serving(_ routes: [Route], rule: AccessRule, logger: Logger) -> Router<APIContext> {
        serving(routes, rule: rule, metrics: RouteMetrics(), logger: logger)
    }

    static func serving(
        _ routes: [Route], rule: AccessRule, metrics: RouteMetrics, logger: Logger
    ) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: MetricsMiddleware(metrics: metrics))
        router.add(middleware: TusMiddleware())
        router.add(middleware: ProblemMiddleware(logger: logger))
        router.add(middleware: AccessMiddleware(rule: rule))
        for route in routes {
            router.on(RouterPath(route.path), method: route.method) { try await route.respond($0, $1) }
        }
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let methods = Set(routes.map(\.method))
            precondition(methods.count == routes.count, "\(path) has two routes with one method")
            router.refuseOtherMethods(than: methods, at: path)
        }
        return router
    }

    private static var methods: [HTTPRequest.Method] {
        [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect] + [.init("QUERY")].compactMap(\.self)
    }

    /// Answers other methods with 405 and the list of allowed methods.
    private func refuseOtherMethods(than methods: Set<HTTPRequest.Method>, at path: String) {
        let taken = methods.contains(.get) ? methods.union([.head]) : methods
        let allow = taken.map(\.rawValue).sorted().joined(separator: ", ")
        for method in Self.methods where !taken.contains(method) {
            on(RouterPath(path), method: method) { _, _ -> Response in
                throw Problem(
                    .methodNotAllowed, "This path allows \(allow). Nothing was changed.",
                    headers: [HTTPField(name: .allow, value: allow)])
            }
        }
    }
}
