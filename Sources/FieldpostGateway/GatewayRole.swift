import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import FieldpostTransport
import HTTPTypes
import Hummingbird
import Logging

/// What only a gateway does: it accepts one central node, asks it for entries, and prunes what it holds.
struct GatewayRole: HostedRole {
    let parts: NodeParts
    let pin: CentralPin
    let links: LinkKeeper

    init(_ parts: NodeParts) {
        self.parts = parts
        pin = CentralPin(stateDirectory: parts.settings.stateDirectory)
        links = LinkKeeper(settings: parts.settings, clock: parts.clock.moment, logger: parts.logger)
    }

    func prepare() async throws {}

    var work: [@Sendable () async throws -> Void] {
        [retain, keepLinks] + (parts.identity == nil ? [] : [watchPin])
    }

    var central: NodeID? { parts.identity == nil ? nil : pin.read() }

    var linkControl: (any LinkControl)? { links }

    func apply(_ settings: NodeSettings) { links.apply(settings) }

    // MARK: Sessions

    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment? {
        guard let central = pin.read() else {
            throw Violation(.notEnrolled, "this gateway is not enrolled with a central node; run `fieldpost enroll`")
        }
        guard peer.node == central else {
            throw Violation(
                .wrongIdentity,
                "this gateway is enrolled with the central node \(central.short), but \(peer.node.short) answered: "
                    + "somebody intercepts the connection, or central has a new key")
        }
        parts.identity?.learn(peer.notBefore)
        return nil
    }

    /// Gateways are enrolled at central.
    var desk: (any EnrollmentAnswering)? { nil }

    func greeting(turn: Int) async throws(JournalError) -> Greeting {
        let central = central
        let (heads, receipts) = try await parts.journal.greeting(to: central, turn: turn)
        var greeting = Greeting(heads: heads, receipts: receipts, grids: parts.settings.grids)
        // Without TLS nobody proves to be central, so nobody may say who logs in here.
        if let central { greeting.people = try await parts.journal.people(of: central)?.digest ?? .zero }
        return greeting
    }

    var hindrance: String? {
        guard parts.identity != nil, pin.read() == nil else { return nil }
        return "this gateway is not enrolled with a central node yet; run `fieldpost enroll`"
    }

    /// When the enrollment changes, ends the session with the old central node, and logs the new one. Runs until the
    /// task is cancelled.
    @Sendable private func watchPin() async {
        var central = pin.read()
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            let named = pin.read()
            guard named != central else { continue }
            let change = PinChange(from: central, to: named)
            central = named
            parts.logger.notice("\(change)")
            for session in await parts.registry.sessions() {
                if let peer = await session.peer, peer.node != named { await session.leave(change.description) }
            }
        }
    }

    // MARK: Administration

    func upkeep() throws(ResyncError) -> any GatewayUpkeep { throw .notCentral }

    var hasConsole: Bool { false }

    /// The routes for links, and those of the admin socket that only central serves. A gateway answers the latter with
    /// `not-central`, so that an operator learns to run the command at central.
    var adminRoutes: [Route] {
        let commands = ["approve", "add", "reject", "revoke", "change"].map { "/v1/gateways/\($0)" }
        let posts = commands + ["/v1/tokens", "/v1/tokens/withdraw", "/v1/gateways/{gateway}/resync"]
            + ["pause", "resume", "cancel"].map { "/v1/jobs/{number}/\($0)" }
        let gets = [
            "/v1/gateways", "/v1/tokens", "/v1/settings", "/v1/settings/{name}", "/v1/jobs", "/v1/jobs/{number}",
        ]
        let served =
            gets.map { (HTTPRequest.Method.get, $0) } + posts.map { (.post, $0) } + [(.put, "/v1/settings/{name}")]
        let refused = served.map { method, path in
            Route(method, path, for: .administer, takesQuery: true) { _, _ in throw ResyncError.notCentral }
        }
        return linkRoutes + refused
    }

    func access(for request: AccessRequest) async throws -> GivenAccess {
        guard case .terminal(let name, let channel) = request else { throw AccessError.wrongRole(.gateway) }
        let token = AccessToken.random()
        return GivenAccess(
            Access(name: name, role: .terminal(channel: channel), verifier: token.verifier), isNew: true,
            account: "Added the terminal \(name), for reports by \(channel).", token: token)
    }

    func person(named name: String) async throws(JournalError) -> Access? {
        guard let central else { return nil }
        return try await parts.journal.person(named: name, of: central).flatMap { Access($0) }
    }

    func people() async throws(JournalError) -> [Access] {
        guard let central else { return [] }
        return try await parts.journal.people(of: central)?.people.compactMap { Access($0) } ?? []
    }

    /// A gateway gets its audit events back from central, so it keeps no copy of them.
    func accessChanged() async {}
}
