import HTTPTypes
package import Hummingbird
package import Logging

extension Router where Context == APIContext {
    /// A router whose every error is problem details, also that of a path nobody serves. `HEAD` is answered wherever
    /// `GET` is.
    package static func answeringProblems(logger: Logger) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: MetricsMiddleware())
        router.add(middleware: ProblemMiddleware(logger: logger))
        return router
    }

    private static var methods: [HTTPRequest.Method] {
        [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect] + [.init("QUERY")].compactMap(\.self)
    }

    /// Answers the methods a path does not take with 405 and the ones it does.
    package func refuseOtherMethods(than methods: [HTTPRequest.Method], at path: String) {
        let taken = methods.contains(.get) ? methods + [.head] : methods
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
