import FieldpostNode
import HTTPTypes
import Hummingbird

/// The cookie of a browser's login.
///
/// A browser sends it by itself. So a request that changes something also carries the guard of the login in the header
/// `Fieldpost-Guard`, which no page of another site knows. The cookie goes with no request of another site
/// (`SameSite=Strict`), and no script can read it (`HttpOnly`).
enum WebCookie {
    /// Over TLS, the prefix binds it to this host, and to TLS (RFC 6265bis, section 4.1.3.2).
    private static let secureName = "__Host-fieldpost"
    private static let plainName = "fieldpost"
    static let guardField = HTTPField.Name.known("Fieldpost-Guard")

    /// Nobody if there is no cookie, or no login for it. Throws `.forbidden` for a change without the guard.
    static func caller(of request: Request, _ browsers: (any WebSessionControl)?) async throws -> Caller {
        // Whoever logs in anew need not be let in by the old login.
        guard let browsers, let secret = secret(request, browsers), !isLogin(request) else { return .nobody }
        guard let (account, _) = try await browsers.account(inSession: secret) else { return .nobody }
        if ![.get, .head].contains(request.method) {
            guard request.headers[guardField] == secret.guardText else { throw Problem.unguarded }
        }
        return .account(account)
    }

    private static func isLogin(_ request: Request) -> Bool {
        request.method == .post && request.uri.path == "/v1/session"
    }

    /// Over TLS, here or at a proxy on this machine.
    static func isSecure(_ request: Request, _ browsers: any WebSessionControl) -> Bool {
        browsers.isSecure || request.headers[.known("X-Forwarded-Proto")] == "https"
    }

    /// Over TLS only the cookie with the prefix counts: another host of the same domain can set the other one.
    static func secret(_ request: Request, _ browsers: any WebSessionControl) -> WebSecret? {
        let name = isSecure(request, browsers) ? secureName : plainName
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1).map { String($0).trimmedField }
                guard parts.count == 2, parts[0] == name else { continue }
                if let secret = WebSecret(text: parts[1]) { return secret }
            }
        }
        return nil
    }

    /// The field that keeps the cookie in a browser. Nil: that removes it.
    static func field(_ secret: WebSecret?, isSecure: Bool) -> HTTPField {
        let name = isSecure ? secureName : plainName
        let value = secret?.text ?? ""
        let end = secret == nil ? "; Max-Age=0" : ""
        return HTTPField(
            name: .setCookie,
            value: "\(name)=\(value); Path=/; HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")\(end)")
    }
}

extension Problem {
    fileprivate static let unguarded = Problem(
        .forbidden,
        "A change that a browser's login makes needs the header `Fieldpost-Guard`, which `GET /v1/session` tells. "
            + "Nothing was changed. Open the page again.")
}
