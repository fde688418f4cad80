import FieldpostCore
import FieldpostNode
import FieldpostStore
import FieldpostSync
import FieldpostTransport

/// What only central does: it enrolls gateways, decides which of them it lets in, and gives people accounts.
struct CentralRole: NodeRole {
    let parts: NodeParts
    let roster: Roster
    let enrollments: EnrollmentDesk

    var journal: any Store { parts.journal }
    var clock: HostClock { parts.clock }
    var registry: PeerRegistry { parts.registry }

    init(_ parts: NodeParts) {
        self.parts = parts
        roster = Roster(
            journal: parts.journal, stateDirectory: parts.settings.stateDirectory, logger: parts.logger)
        enrollments = EnrollmentDesk(parts, roster: roster)
    }

    /// Puts back what the journal has lost of the gateways and people that central lets in.
    func prepare() async throws { try await roster.settle(stamp: clock.stamp()) }

    var work: [@Sendable () async throws -> Void] { [] }

    // MARK: Sessions

    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment? {
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

    var desk: (any EnrollmentAnswering)? { enrollments }

    /// Central tells a gateway what it holds of it after the gateway's hello.
    func greeting(turn: Int) async throws(JournalError) -> Greeting { Greeting() }

    /// Central dials whoever its settings name.
    var hindrance: String? { nil }

    // MARK: Administration

    func fleet() throws(ResyncError) -> any GatewayAdministration & GatewayUpkeep { self }

    func access(for request: AccessRequest) throws -> GivenAccess {
        guard case .account(let name, let role, let password) = request, role.nodeRole == .central else {
            throw AccessError.wrongRole(.central)
        }
        return GivenAccess(
            Access(name: name, role: role, verifier: try Password.verifier(for: password)), isNew: false,
            account: "Let in \(name) as \(role.text), with a new password.")
    }

    func accessChanged() async { await roster.save() }
}
