package import FieldpostNode
package import HTTPTypes
package import Hummingbird

/// One path with one method: who may use it, and the function that answers.
///
/// An API is a value with a list of routes (`routes`), and `Router.serving` serves such lists. To add a route, add a
/// `Route` to the list of the API that handles it. Any room above `FieldpostHTTP` can have its own lists.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request, APIContext) async throws -> Response

    package let method: HTTPRequest.Method
    /// The path as in `Protocol/openapi.yaml`, with parameters in braces.
    package let path: String
    package let permission: Permission
    /// "GET /v1/reports"
    package var name: String { "\(method.rawValue) \(path)" }
    let takesQuery: Bool
    let answer: Handler
    /// How plain requests are answered without the library. Nil for most routes.
    let fast: FastCreation?

    /// - Parameters:
    ///   - permission: checked before anything else of the request is read.
    ///   - takesQuery: whether `answer` reads the query. If not, every parameter is refused.
    ///   - answer: may throw what `ProblemMiddleware` turns into an answer: `Problem`, `JournalError`, and the other
    ///     errors that it names.
    package init(
        _ method: HTTPRequest.Method, _ path: String, for permission: Permission, takesQuery: Bool = false,
        answer: @escaping Handler
    ) {
        self.init(method, path, for: permission, takesQuery: takesQuery, fast: nil, answer: answer)
    }

    init(
        _ method: HTTPRequest.Method, _ path: String, for permission: Permission, takesQuery: Bool = false,
        fast: FastCreation?, answer: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.permission = permission
        self.takesQuery = takesQuery
        self.fast = fast
        self.answer = answer
    }

    /// A route of the admin socket that answers with JSON. `answer` also gets the name of the operator, for audit
    /// events.
    package static func admin(
        _ method: HTTPRequest.Method, _ path: String, takesQuery: Bool = false,
        answer: @escaping @Sendable (Request, _ author: String) async throws -> some Encodable & Sendable
    ) -> Route {
        Route(method, path, for: .administer, takesQuery: takesQuery) { request, context in
            try Response(json: try await answer(request, await context.who()))
        }
    }

    /// A route of the admin socket that does something and answers with 204.
    package static func command(
        _ path: String, takesQuery: Bool = false,
        action: @escaping @Sendable (Request, _ author: String) async throws -> Void
    ) -> Route {
        Route(.post, path, for: .administer, takesQuery: takesQuery) { request, context in
            try await action(request, await context.who())
            return Response(status: .noContent)
        }
    }

    /// The same route, for administrators who are logged in with a browser alone, whoever else may do everything.
    func needingLogin(_ browsers: any WebSessionControl) -> Route {
        Route(method, path, for: .open, takesQuery: takesQuery) { request, context in
            var context = context
            context.caller = try await WebCookie.caller(of: request, browsers)
            try require(permission, of: context.caller)
            return try await answer(request, context)
        }
    }

    /// Does the checks of every route, and answers.
    func respond(_ request: Request, _ context: APIContext) async throws -> Response {
        try require(permission, of: context.caller)
        if !takesQuery { try QueryParameters.refuseAll(request) }
        return try await answer(request, context)
    }

    private func require(_ permission: Permission, of caller: Caller) throws {
        guard !caller.may(permission) else { return }
        if caller == .nobody { throw Problem.unauthenticated("Authentication required.") }
        throw IntakeRefusal.lacks(permission, caller)
    }
}
