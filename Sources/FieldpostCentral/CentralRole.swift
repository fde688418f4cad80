import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import FieldpostSync
import FieldpostTransport

/// What only central does: it enrolls gateways, decides which of them may connect, and gives people accounts.
struct CentralRole: HostedRole {
    let parts: NodeParts
    let roster: Roster
    let enrollments: EnrollmentDesk
    let webhooks: Webhooks
    let jobs: ResyncJobs

    var journal: any Store { parts.journal }
    var clock: HostClock { parts.clock }
    var registry: PeerRegistry { parts.registry }

    init(_ parts: NodeParts) {
        self.parts = parts
        roster = Roster(
            journal: parts.journal, stateDirectory: parts.settings.stateDirectory, logger: parts.logger)
        enrollments = EnrollmentDesk(parts, roster: roster)
        webhooks = Webhooks(parts)
        jobs = ResyncJobs(parts)
    }

    var central: NodeID? { journal.origin.node }

    /// Restores what the journal has lost of the roster: the gateways and people that central admits.
    func prepare() async throws { try await roster.settle(stamp: clock.stamp()) }

    var work: [@Sendable () async throws -> Void] {
        [{ try await raiseCaseEvents() }, { await webhooks.run() }, { await jobs.run() }]
    }

    // MARK: Sessions

    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment? {
        guard clock.moment().wallMilliseconds / 1000 <= peer.notAfter else {
            throw Violation(
                .wrongIdentity,
                "the certificate has expired; a gateway makes a new one when it knows central's date")
        }
        let found: Enrollment?
        do {
            found = try await journal.enrollment(of: peer.node)
        } catch {
            throw Violation(.notEnrolled, "central cannot look up the enrollment: \(error)")
        }
        guard let enrollment = found else {
            throw Violation(
                .notEnrolled,
                "the gateway \(peer.node.short) is not enrolled here: run `fieldpost enroll` at the gateway")
        }
        guard enrollment.state == .enrolled else {
            throw Violation(
                .revoked,
                "central's administrators have revoked this gateway; its reports stay safe there, and are sent when it "
                    + "is enrolled again")
        }
        return enrollment
    }

    var desk: (any EnrollmentAnswering)? { enrollments }

    /// Central answers a gateway's hello with what it holds of that gateway.
    func greeting(turn: Int) async throws(JournalError) -> Greeting { Greeting() }

    /// Central dials the peers that its settings name.
    var hindrance: String? { nil }

    /// Central's clock is the one by which all others are corrected.
    func time() async -> Instant? {
        Instant(milliseconds: clock.stamp().wallMilliseconds, uncertaintyMilliseconds: 0)
    }

    // MARK: Administration

    func upkeep() throws(ResyncError) -> any GatewayUpkeep { self }

    private var sealing: SealingKeys { SealingKeys(parts: parts) }

    var contactOpener: (any ContactOpening)? { sealing }

    var hasConsole: Bool { true }

    var adminRoutes: [Route] {
        GatewayAPI(central: self).routes + SettingAPI(central: self, rules: .standard).routes + sealing.routes
            + WebhookAPI(central: self).routes + JobAPI(central: self).routes
    }

    /// Where the account of somebody who has one says nothing of the group, the department or the grids, they stay: a
    /// new password alone must not let anybody see more.
    func access(for request: AccessRequest) async throws -> GivenAccess {
        let (name, given, change, password): (String, AccessRole?, AssignmentChange, String?)
        switch request {
        case .account(let account, let role, let assignment, let secret) where role.nodeRole == .central:
            (name, given, change, password) = (account, role, assignment, secret)
        case .password(let secret, let account):
            (name, given, change, password) = (account, nil, AssignmentChange(), secret)
        default: throw AccessError.wrongRole(.central)
        }
        let former = try await person(named: name)
        guard let role = given ?? former?.role else { throw AccessError.unknown(name) }
        var assignment = former?.assignment ?? Assignment()
        assignment.group = change.leavesGroup ? nil : change.group ?? assignment.group
        assignment.department = change.department ?? assignment.department
        assignment.grids = change.grids ?? assignment.grids
        if let defect = assignment.defect(for: role) { throw AccessError.invalid(defect) }
        guard let verifier = try password.map(Password.verifier(for:)) ?? former?.verifier else {
            throw AccessError.invalid("there is no account \(name), and a new one needs a password")
        }
        let access = Access(name: name, role: role, assignment: assignment, verifier: verifier)
        let words = "\(role.text)\(assignment.words)"
        let secret = password == nil ? "." : (assignment.words.isEmpty ? "" : ",") + " and a new password."
        return GivenAccess(access, isNew: false, account: "Gave \(name) the role \(words)\(secret)")
    }

    func person(named name: String) async throws(JournalError) -> Access? {
        try await journal.access(named: name).flatMap { $0.isRevoked || !$0.role.isOfPerson ? nil : $0 }
    }

    func people() async throws(JournalError) -> [Access] { try await journal.accesses().filter(\.role.isOfPerson) }

    func accessChanged() async {
        await roster.save()
        for session in await registry.sessions() { await session.peopleChanged() }
    }
}

extension Assignment {
    /// For an audit event, after the role.
    fileprivate var words: String {
        var parts: [String] = []
        if let group { parts.append("the work group \(group.rawValue)") }
        if !department.isEmpty { parts.append("the department \(department)") }
        if !grids.isEmpty { parts.append("the grids \(grids.joined(separator: ", "))") }
        return parts.isEmpty ? "" : ", " + parts.joined(separator: ", ")
    }
}
