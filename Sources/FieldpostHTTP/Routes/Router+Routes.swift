import HTTPTypes
package import Hummingbird
package import Logging

extension Router where Context == APIContext {
    /// A router that serves these routes and nothing else. `rule` finds out who asks. Every error is problem details,
    /// also that of an unknown path. `HEAD` is answered wherever `GET` is, and other methods with 405.
    ///
    /// The lists of several APIs are joined before: two of them may serve one path with different methods.
    package static func serving(_ routes: [Route], rule: AccessRule, logger: Logger) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: MetricsMiddleware())
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

    /// Answers the methods that a path does not take with 405 and those that it takes.
    private func refuseOtherMethods(than methods: Set<HTTPRequest.Method>, at path: String) {
        let taken = methods.contains(.get) ? methods.union([.head]) : methods
        let allow = taken.map(\.rawValue).sorted().joined(separator: ", ")
        for method in Self.methods where !taken.contains(method) {
            on(RouterPath(path), method: method) { _, _ -> Response in
                throw Problem(
                    .methodNotAllowed, "This path takes \(allow). Nothing was changed.",
                    headers: [HTTPField(name: .allow, value: allow)])
            }
        }
    }
}
