package import FieldpostCore

/// Logins of browsers at a node.
package protocol WebSessionControl: AccessControl {
    /// Browsers reach this node over TLS.
    var isSecure: Bool { get }
    /// Whoever is logged in with this secret, with the present role. Nil for nobody.
    func account(inSession secret: WebSecret) async throws -> (account: Account, session: WebSession)?
    /// `access`: a person whose password was just checked.
    func beginSession(_ access: Access, agent: String, address: String) -> (secret: WebSecret, session: WebSession)
    func sessions(of person: String) -> [WebSession]
    /// Returns how many were ended.
    func endSessions(of person: String, where choose: (WebSession) -> Bool) -> Int
    /// Gives a person a new password. Ends all logins of that person.
    func setPassword(_ password: String, of access: Access) async throws
}

extension Node: WebSessionControl {
    package var browsers: (any WebSessionControl)? { self }
    package var isSecure: Bool { settings.httpTLS != nil }

    package func account(inSession secret: WebSecret) async throws -> (account: Account, session: WebSession)? {
        guard let session = webSessions.session(of: secret, now: stamp().wallMilliseconds),
            let access = try await account(named: session.person), webSessions.isOf(access, session)
        else { return nil }
        return (
            Account(name: access.name, role: access.role, assignment: access.assignment, session: session.id), session
        )
    }

    package func beginSession(
        _ access: Access, agent: String, address: String
    ) -> (secret: WebSecret, session: WebSession) {
        webSessions.begin(access, agent: agent, address: address, now: stamp().wallMilliseconds)
    }

    package func sessions(of person: String) -> [WebSession] {
        webSessions.sessions(of: person, now: stamp().wallMilliseconds)
    }

    package func endSessions(of person: String, where choose: (WebSession) -> Bool) -> Int {
        webSessions.end(of: person, where: choose)
    }

    package func setPassword(_ password: String, of access: Access) async throws {
        _ = try await give(.password(password, ofAccount: access.name), author: access.name)
        _ = webSessions.end(of: access.name) { _ in true }
    }

    /// Writes down when logins were last used, until the node stops.
    func watchWebSessions() async throws {
        repeat { webSessions.save() } while (try? await Task.sleep(for: .seconds(300))) != nil
        webSessions.save()
    }
}
