import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import Hummingbird

/// How a terminal is paired with a person, who then need not type the password on it.
///
/// - `POST /v1/pairings`, by a person: `NewPairingCode`.
/// - `POST /v1/pairings/redeem` with `{"code"}`, by a terminal: `NewPairing`. The code is in no path and in no log.
/// - `GET /v1/pairings`, by a person: `PairingList`, of this person.
/// - `DELETE /v1/pairings?terminal=`, by a person: 204.
package struct PairingAPI: Sendable {
    private let control: any PairingControl
    /// Counts codes that were wrong, by terminal.
    private let guesses = RateLimiter.forFailures()

    package init(_ control: any PairingControl) { self.control = control }

    package var routes: [Route] {
        [
            Route(.post, "/v1/pairings", for: .pair) { _, context in
                let code = try await control.pairingCode(for: try Self.person(context.caller))
                let answer = NewPairingCode(code: code.text, text: code.scanned, seconds: Limits.pairingSeconds)
                return try Response(json: answer, status: .created)
            },
            Route(.post, "/v1/pairings/redeem", for: .redeem) { request, context in
                try await redeem(request, context)
            },
            Route(.get, "/v1/pairings", for: .unpair) { _, context in
                let person = try Self.person(context.caller)
                return try Response(json: PairingList(pairings: try await control.pairings(of: person.name)))
            },
            Route(.delete, "/v1/pairings", for: .unpair, takesQuery: true) { request, context in
                let person = try Self.person(context.caller)
                try await control.endPairing(of: try Self.terminal(request), with: person.name, author: person.name)
                return Response(status: .noContent)
            },
        ]
    }

    /// For the admin socket.
    package var adminRoutes: [Route] {
        [
            .admin(.get, "/v1/people") { _, _ in try await control.people() },
            .command("/v1/people/unpair", takesQuery: true) { request, author in
                try await control.endPairing(of: try Self.terminal(request), with: nil, author: author)
            },
        ]
    }

    /// Each guess counts, until it turns out to be none.
    private func redeem(_ request: Request, _ context: APIContext) async throws -> Response {
        guard case .terminal(let name, let channel) = context.caller else { throw Problem.noTerminal }
        let body = try await JSONBody.read(CodeInput.self, from: request, context)
        if let seconds = guesses.take(name) {
            throw Problem.tooManyRequests("Too many wrong codes came from this terminal.", seconds)
        }
        guard let code = body.code else { throw Problem(AccessError.wrongCode) }
        let made = try await control.redeem(code, by: Account.Terminal(name: name, channel: channel))
        guesses.giveBack(name)
        return try Response(json: made, status: .created)
    }

    private static func person(_ caller: Caller) throws(Problem) -> Account {
        guard case .account(let account) = caller else { throw .noPerson }
        return account
    }

    private static func terminal(_ request: Request) throws(Problem) -> String {
        guard let terminal = try QueryParameters.only("terminal", request), !terminal.isEmpty else {
            throw Problem(.badQuery, "`terminal` is missing: the name of the terminal. Nothing was changed.")
        }
        return terminal
    }
}

/// The body of `POST /v1/pairings/redeem`.
private struct CodeInput: BodyContent {
    /// Nil for a text that is no code.
    let code: PairingCode?

    init(_ reader: inout ObjectReader) {
        code = reader.required("code", reader.shortText("code")).flatMap { PairingCode($0) }
    }
}

extension Problem {
    fileprivate static let noPerson = Problem(
        .forbidden, "Pairings belong to people. Nothing was changed. Log in with name and password.")

    fileprivate static let noTerminal = Problem(
        .forbidden, "A terminal redeems a code, with its own token. Nothing was changed.")
}
