import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import HTTPTypes
import Hummingbird

/// Logins of browsers: the pages of staff and the console.
///
/// - `POST /v1/session` with `{"name", "password"}`: 201 and the cookie. A login always begins anew, so nobody can make
///   another use a login of theirs.
/// - `GET /v1/session`: who is logged in. `DELETE /v1/session`: logs out.
/// - `GET /v1/me`: who asks, however: a terminal, a person, or whoever is logged in with a browser.
/// - `GET /v1/sessions`: one's own logins. `DELETE /v1/sessions?id=`: ends one of them.
/// - `PUT /v1/session/password` with `{"old", "new"}`: 204. Ends all logins of that person.
package struct SessionAPI: Sendable {
    private let control: any WebSessionControl
    private let gate: LoginGate

    package init(_ control: any WebSessionControl, gate: LoginGate) {
        self.control = control
        self.gate = gate
    }

    package var routes: [Route] {
        [
            Route(.post, "/v1/session", for: .open) { request, context in try await begin(request, context) },
            Route(.get, "/v1/session", for: .open) { request, _ in
                let (secret, account, _) = try await present(request)
                return try Self.answer(account, secret, .ok)
            },
            Route(.delete, "/v1/session", for: .open) { request, _ in
                let (_, account, session) = try await present(request)
                _ = control.endSessions(of: account.name) { $0.id == session.id }
                var response = Response(status: .noContent)
                response.headers.append(WebCookie.field(nil, isSecure: WebCookie.isSecure(request, control)))
                return response
            },
            Route(.get, "/v1/me", for: .open) { _, context in try Self.me(context.caller) },
            Route(.get, "/v1/sessions", for: .unpair) { _, context in
                let account = try Self.person(context)
                return try Response(
                    json: WebSessionList(
                        sessions: control.sessions(of: account.name).map { session in
                            WebSessionList.Element(
                                id: session.id, began: wallClockText(session.began), seen: wallClockText(session.seen),
                                agent: session.agent, address: session.address,
                                current: session.id == account.session)
                        }))
            },
            Route(.delete, "/v1/sessions", for: .unpair, takesQuery: true) { request, context in
                let account = try Self.person(context)
                let id = try QueryParameters.only("id", request)
                guard control.endSessions(of: account.name, where: { $0.id == id }) > 0 else {
                    throw Problem(.unknownAccess, "No login of yours has this id. Nothing was changed.")
                }
                return Response(status: .noContent)
            },
            Route(.put, "/v1/session/password", for: .open) { request, context in
                try await setPassword(request, context)
            },
        ]
    }

    private func begin(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await JSONBody.read(LoginInput.self, from: request, context)
        let address = ClientAddress.of(request, context)
        guard let access = try await gate.access(body.login, address, control), access.role.isOfPerson else {
            throw Problem.wrongLogin
        }
        let (secret, session) = control.beginSession(
            access, agent: request.headers[.userAgent] ?? "", address: address)
        let account = Account(
            name: access.name, role: access.role, assignment: access.assignment, session: session.id)
        var response = try Self.answer(account, secret, .created)
        response.headers.append(WebCookie.field(secret, isSecure: WebCookie.isSecure(request, control)))
        return response
    }

    private func setPassword(_ request: Request, _ context: APIContext) async throws -> Response {
        let (_, account, _) = try await present(request)
        let body = try await JSONBody.read(PasswordInput.self, from: request, context)
        let login = Login(name: account.name, password: body.old)
        guard let access = try await gate.access(login, ClientAddress.of(request, context), control) else {
            throw Problem.wrongLogin
        }
        try await control.setPassword(body.new, of: access)
        return Response(status: .noContent)
    }

    /// Whoever is logged in. Throws `.unauthenticated`.
    private func present(_ request: Request) async throws -> (WebSecret, Account, WebSession) {
        guard let secret = WebCookie.secret(request, control),
            let (account, session) = try await control.account(inSession: secret)
        else { throw Problem.noLogin }
        return (secret, account, session)
    }

    private static func me(_ caller: Caller) throws -> Response {
        let view: CallerView
        switch caller {
        case .account(let account): view = CallerView(account)
        case .terminal(let name, let channel): view = CallerView(terminal: name, channel: channel)
        case .trusted: view = CallerView()
        case .nobody, .resident, .reporter: throw Problem.unauthenticated("Authentication required.")
        }
        var response = try Response(json: view)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func answer(
        _ account: Account, _ secret: WebSecret, _ status: HTTPResponse.Status
    ) throws -> Response {
        var response = try Response(
            json: WebLogin(caller: CallerView(account), guard: secret.guardText), status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private static func person(_ context: APIContext) throws(Problem) -> Account {
        guard case .account(let account) = context.caller else { throw .noLogin }
        return account
    }
}

extension CallerView {
    fileprivate init(_ account: Account) {
        let assignment = account.assignment
        self.init(
            name: account.name, role: account.role.text, group: assignment.group?.rawValue,
            department: assignment.department.isEmpty ? nil : assignment.department,
            grids: assignment.grids.isEmpty ? nil : assignment.grids, terminal: account.terminal?.name,
            channel: account.terminal?.channel)
    }

    fileprivate init(terminal: String, channel: String) {
        self.init(name: terminal, role: "terminal", terminal: terminal, channel: channel)
    }

    /// Whoever asks where everybody may do everything.
    fileprivate init() { self.init(name: "", role: "admin") }
}

/// The body of `POST /v1/session`.
private struct LoginInput: BodyContent {
    let login: Login

    init(_ reader: inout ObjectReader) {
        login = Login(
            name: (reader.required("name", reader.shortText("name")) ?? "").nameForm,
            password: reader.required("password", reader.shortText("password")) ?? "")
    }
}

/// The body of `PUT /v1/session/password`.
private struct PasswordInput: BodyContent {
    let old: String
    let new: String

    init(_ reader: inout ObjectReader) {
        old = reader.required("old", reader.shortText("old")) ?? ""
        new = reader.required("new", reader.shortText("new")) ?? ""
        if reader.faults.isEmpty, new.count < Limits.leastPasswordCharacters {
            reader.note("new", "has fewer than \(Limits.leastPasswordCharacters) characters")
        }
    }
}

extension Problem {
    /// The same for a name that nobody has.
    fileprivate static let wrongLogin = Problem(
        .unauthenticated, "The name or the password is wrong. Nothing was changed. Try again, or ask an administrator.")

    fileprivate static let noLogin = Problem(
        .unauthenticated, "Nobody is logged in here, or the login has ended. Nothing was changed. Log in again.")
}
