import FieldpostCore
import FieldpostNode
import FieldpostStore
import FieldpostTransport
import Logging

/// What only a gateway does: it lets its one central node in, asks central for entries, and prunes what central holds.
struct GatewayRole: NodeRole {
    let parts: NodeParts
    let pin: CentralPin

    init(_ parts: NodeParts) {
        self.parts = parts
        pin = CentralPin(stateDirectory: parts.settings.stateDirectory)
    }

    func prepare() async throws {}

    var work: [@Sendable () async throws -> Void] { parts.identity == nil ? [retain] : [retain, watchPin] }

    // MARK: Sessions

    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment? {
        guard let central = pin.read() else {
            throw Violation(.notEnrolled, "this gateway is not enrolled with any central node: `fieldpost enroll`")
        }
        guard peer.node == central else {
            throw Violation(
                .wrongIdentity,
                "this gateway is enrolled with the central node \(central.short), and \(peer.node.short) answered: "
                    + "somebody is in between, or central has a new key")
        }
        parts.identity?.learn(peer.notBefore)
        return nil
    }

    /// Gateways are enrolled at central.
    var desk: (any EnrollmentAnswering)? { nil }

    func greeting(turn: Int) async throws(JournalError) -> Greeting {
        let central = parts.identity == nil ? nil : pin.read()
        let (heads, receipts) = try await parts.journal.greeting(to: central, turn: turn)
        return Greeting(heads: heads, receipts: receipts, grids: parts.settings.grids)
    }

    var hindrance: String? {
        guard parts.identity != nil, pin.read() == nil else { return nil }
        return "this gateway is not enrolled with a central node yet: `fieldpost enroll`"
    }

    /// Ends the session with a central node that this gateway is not enrolled with any more, and logs the new one. Runs
    /// until the task is cancelled.
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

    func fleet() throws(ResyncError) -> any GatewayAdministration & GatewayUpkeep { throw .notCentral }

    func access(for request: AccessRequest) throws -> GivenAccess {
        guard case .terminal(let name, let channel) = request else { throw AccessError.wrongRole(.gateway) }
        let token = AccessToken.random()
        return GivenAccess(
            Access(name: name, role: .terminal(channel: channel), verifier: token.verifier), isNew: true,
            account: "Let in the terminal \(name), for reports by \(channel).", token: token)
    }

    /// A gateway gets its audit events back from central, and keeps no copy of them.
    func accessChanged() async {}
}
