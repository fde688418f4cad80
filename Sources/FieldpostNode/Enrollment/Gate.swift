import FieldpostCore
import FieldpostJournal
import FieldpostSync
import FieldpostTransport

/// Decides who may hold a session with this node, from what the peer proved in the TLS handshake.
struct Gate: Sendable {
    let journal: Journal
    let clock: HostClock
    let pin: CentralPin
    let identity: TLSIdentity

    /// At central: what its administrators say of the gateway; nil at a gateway. Throws the violation to refuse with,
    /// `notEnrolled`, `revoked` or `wrongIdentity`.
    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment? {
        switch journal.role {
        case .gateway:
            try admitCentral(peer)
            return nil
        case .central:
            return try await admitGateway(peer)
        }
    }

    private func admitCentral(_ peer: PeerIdentity) throws(Violation) {
        guard let central = pin.read() else {
            throw Violation(.notEnrolled, "this gateway is not enrolled with any central node: `fieldpost enroll`")
        }
        guard peer.node == central else {
            throw Violation(
                .wrongIdentity,
                "this gateway is enrolled with the central node \(central.short), and \(peer.node.short) answered: "
                    + "somebody is in between, or central has a new key")
        }
        identity.learn(peer.notBefore)
    }

    private func admitGateway(_ peer: PeerIdentity) async throws(Violation) -> Enrollment {
        guard clock.moment().wallMilliseconds / 1000 <= peer.notAfter else {
            throw Violation(
                .wrongIdentity,
                "the certificate has expired; a gateway makes itself another one once it knows central's date")
        }
        let found: Enrollment?
        do {
            found = try await journal.enrollment(of: peer.node)
        } catch {
            throw Violation(.notEnrolled, "central cannot look up who is enrolled: \(error)")
        }
        guard let enrollment = found else {
            throw Violation(
                .notEnrolled,
                "the gateway \(peer.node.short) is not enrolled here: run `fieldpost enroll` at the gateway")
        }
        guard enrollment.state == .enrolled else {
            throw Violation(
                .revoked,
                "central's administrators have revoked this gateway; what it took in stays there, and comes to central "
                    + "once it is enrolled again")
        }
        return enrollment
    }
}
