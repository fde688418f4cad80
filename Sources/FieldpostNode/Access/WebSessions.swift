import Crypto
import FieldpostCore
import Foundation
import Logging
import Synchronization

/// The secret of a browser's login, which only its cookie has: 128 random bits.
package struct WebSecret: Hashable, Sendable {
    private let secret: TokenSecret

    package static func random() -> WebSecret { WebSecret(secret: .random()) }

    private init(secret: TokenSecret) { self.secret = secret }

    /// 32 hexadecimal digits, or nil.
    package init?(text: some StringProtocol) {
        guard let secret = Hex.decode(text).flatMap({ TokenSecret(bytes: $0) }) else { return nil }
        self.init(secret: secret)
    }

    package var text: String { Hex.encode(secret.bytes) }

    /// What the node keeps.
    var verifier: String { "\(secret.hash)" }

    /// What a page sends with each request that changes something, so that no page of another site can make the browser
    /// send one. It follows from the secret, and the secret does not follow from it.
    package var guardText: String {
        Hex.encode(Array(SHA256.hash(data: Array("fieldpost guard 1".utf8) + secret.bytes).prefix(16)))
    }
}

/// A browser in which a person logged in.
package struct WebSession: Hashable, Sendable, Codable {
    /// By which lists name it.
    package let id: String
    package let person: String
    /// Milliseconds since 1970, as `seen`.
    package let began: Int64
    package fileprivate(set) var seen: Int64
    /// What the browser says of itself, at most `Limits.webAgentBytes`.
    package let agent: String
    package let address: String
    /// Changes with the password: a login ends then.
    fileprivate let mark: String
    fileprivate let verifier: String

    fileprivate func isOver(at now: Int64) -> Bool {
        // A clock that was set back ends nothing.
        now.saturatingSubtract(seen) > Limits.webSessionIdleMilliseconds
            || now.saturatingSubtract(began) > Limits.webSessionMilliseconds
    }
}

/// All logins of browsers at a node. They are kept in a file beside the journal, so that a restart ends none; whoever
/// loses the file logs in again.
final class WebSessions: Sendable {
    private struct State {
        var byVerifier: [String: WebSession] = [:]
        var hasChanged = false

        mutating func dropOldest(of sessions: [WebSession]) {
            guard let oldest = sessions.min(by: { $0.seen < $1.seen }) else { return }
            byVerifier[oldest.verifier] = nil
        }
    }

    private let state: Mutex<State>
    /// Held while the file is written, so that an older list never replaces a newer one.
    private let writing = Mutex(())
    private let path: String
    private let logger: Logger
    static let fileName = "sessions.json"

    init(stateDirectory: String, logger: Logger) {
        path = stateDirectory + "/" + Self.fileName
        self.logger = logger
        var kept: [String: WebSession] = [:]
        if let bytes = try? SmallFile.read(path, limit: Limits.webSessionFileBytes),
            let sessions = try? JSONDecoder().decode([WebSession].self, from: Data(bytes))
        {
            for session in sessions.prefix(Limits.webSessions) { kept[session.verifier] = session }
        }
        state = Mutex(State(byVerifier: kept))
    }

    /// Begins a login of `access`, whose password was checked.
    func begin(_ access: Access, agent: String, address: String, now: Int64) -> (WebSecret, WebSession) {
        let secret = WebSecret.random()
        let session = WebSession(
            id: String(Hash256(hashing: Array(secret.verifier.utf8)).hex.prefix(16)), person: access.name, began: now,
            seen: now, agent: String(decoding: agent.utf8.prefix(Limits.webAgentBytes), as: UTF8.self),
            address: address,
            mark: Self.mark(of: access), verifier: secret.verifier)
        state.withLock { state in
            state.byVerifier = state.byVerifier.filter { !$0.value.isOver(at: now) }
            let own = state.byVerifier.values.filter { $0.person == access.name }
            if own.count >= Limits.webSessionsOfPerson { state.dropOldest(of: own) }
            if state.byVerifier.count >= Limits.webSessions { state.dropOldest(of: Array(state.byVerifier.values)) }
            state.byVerifier[secret.verifier] = session
            state.hasChanged = true
        }
        save()
        return (secret, session)
    }

    /// Nil if nobody is logged in with this secret any more.
    func session(of secret: WebSecret, now: Int64) -> WebSession? {
        state.withLock { state in
            guard let session = state.byVerifier[secret.verifier] else { return nil }
            guard !session.isOver(at: now) else {
                state.byVerifier[secret.verifier] = nil
                state.hasChanged = true
                return nil
            }
            if now.saturatingSubtract(session.seen) > Limits.webSessionNoteMilliseconds {
                state.byVerifier[secret.verifier]?.seen = now
                state.hasChanged = true
            }
            return session
        }
    }

    /// Whether a login is still one of this access: it has the same password, and was not revoked.
    func isOf(_ access: Access, _ session: WebSession) -> Bool {
        !access.isRevoked && session.mark == Self.mark(of: access)
    }

    func sessions(of person: String, now: Int64) -> [WebSession] {
        state.withLock { state in
            state.byVerifier.values.filter { $0.person == person && !$0.isOver(at: now) }.sorted { $0.began > $1.began }
        }
    }

    /// Ends those of a person's logins that `choose` chooses. Returns how many.
    func end(of person: String, where choose: (WebSession) -> Bool) -> Int {
        let ended = state.withLock { state in
            let chosen = state.byVerifier.filter { $0.value.person == person && choose($0.value) }
            for verifier in chosen.keys { state.byVerifier[verifier] = nil }
            if !chosen.isEmpty { state.hasChanged = true }
            return chosen.count
        }
        if ended > 0 { save() }
        return ended
    }

    /// Writes the file if something has changed. A login that could not be written is lost at the next restart, and
    /// nothing else.
    func save() { writing.withLock { _ in write() } }

    private func write() {
        let sessions = state.withLock { state -> [WebSession]? in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return state.byVerifier.values.sorted { $0.began < $1.began }
        }
        guard let sessions, let bytes = try? JSONEncoder().encode(sessions) else { return }
        do {
            try PrivateFile.write(Array(bytes), path: path, replaces: true)
        } catch {
            state.withLock { $0.hasChanged = true }
            logger.warning("the logins of browsers were not written: \(error)")
        }
    }

    private static func mark(of access: Access) -> String {
        String(Hash256(hashing: Array("\(access.name)\n\(access.verifier)".utf8)).hex.prefix(16))
    }
}
