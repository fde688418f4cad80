import FieldpostCore
package import FieldpostNode
import HTTPTypes
import Hummingbird
import NIOCore

/// Identifies the caller of each request.
struct AccessMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let rule: AccessRule

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try await rule.caller(of: request, context)
        context.identify = { [rule, context] in try await rule.caller(of: request, context) }
        return try await next(request, context)
    }
}

/// How the callers of requests are identified.
package enum AccessRule: Sendable {
    /// Every caller may do everything.
    case trust
    /// By `Authorization`: a terminal's token (RFC 6750), or a name and password (RFC 7617).
    case credentials(any AccessControl, LoginGate)
    /// Every caller is a resident, with limited rates.
    case residents(ResidentRates)

    func caller(of request: Request, _ context: APIContext) async throws -> Caller {
        switch self {
        case .trust: return .trusted
        case .residents(let rates):
            guard
                let seconds = rates.limiter(request.method, request.uri.path)?.take(ClientAddress.of(request, context))
            else { return .resident }
            throw Problem.tooManyRequests("Too much was sent recently, from your address or in total.", seconds)
        case .credentials(let control, let gate):
            // The routes of receipts read those themselves.
            guard let shown = request.headers[.authorization] else {
                return try await WebCookie.caller(of: request, control.browsers)
            }
            guard !ReceiptHeader.isShown(shown) else { return .nobody }
            let caller: Caller? =
                switch Credentials(shown) {
                case .token(let token):
                    if let known = control.remembered(token) { known } else { try await control.caller(showing: token) }
                case .login(let login):
                    try await gate.access(login, ClientAddress.of(request, context), control).flatMap { Caller($0) }
                case nil: nil
                }
            guard let caller else {
                throw Problem.unauthenticated("Authentication failed: the token or password is wrong, or was revoked.")
            }
            return caller
        }
    }

    /// The caller of a POST on the fast path. Nil if that is not known at once, or if the request must be refused: the
    /// ordinary way decides.
    ///
    /// `takenFor`: the address whose rate was charged.
    func callerAtOnce(
        of head: RequestHead, from address: SocketAddress?
    ) -> (caller: Caller, takenFor: String?)? {
        switch self {
        case .trust: return (.trusted, nil)
        case .residents(let rates):
            let address = ClientAddress.of(head, from: address)
            return rates.takeReport(address) == nil ? (.resident, address) : nil
        case .credentials(let control, _):
            guard case .value(let shown) = head.only("authorization"), case .token(let token) = Credentials(shown),
                let caller = control.remembered(token)
            else { return nil }
            return (caller, nil)
        }
    }
}

/// The credentials in `Authorization`.
private enum Credentials {
    case token(AccessToken)
    case login(Login)

    /// Returns nil for another form.
    init?(_ shown: String) {
        let parts = shown.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        switch parts[0].loweredField {
        case "bearer":
            guard let token = AccessToken(text: parts[1]) else { return nil }
            self = .token(token)
        case "basic":
            let (text, padding) = (parts[1].utf8, parts[1].utf8.suffix(2).filter { $0 == UInt8(ascii: "=") }.count)
            guard text.count % 4 == 0, let bytes = Base64.standard.decode(text.dropLast(padding)),
                let pair = String(validating: bytes, as: UTF8.self), let colon = pair.firstIndex(of: ":")
            else { return nil }
            self = .login(Login(name: String(pair[..<colon]), password: String(pair[pair.index(after: colon)...])))
        default: return nil
        }
    }
}

extension Problem {
    static func unauthenticated(_ fact: String) -> Problem {
        Problem(
            .unauthenticated,
            "\(fact) Nothing was changed. A terminal sends `Authorization: Bearer` with its token. A person logs in "
                + "with name and password.",
            headers: [
                HTTPField(name: .wwwAuthenticate, value: "Bearer realm=\"fieldpost\""),
                HTTPField(name: .wwwAuthenticate, value: "Basic realm=\"fieldpost\", charset=\"UTF-8\""),
            ])
    }

    static func tooManyRequests(_ fact: String, _ seconds: Int) -> Problem {
        Problem(
            .tooManyRequests, "\(fact) Nothing was changed. Try again in \(seconds) seconds.",
            headers: [HTTPField(name: .retryAfter, value: "\(seconds)")])
    }
}
