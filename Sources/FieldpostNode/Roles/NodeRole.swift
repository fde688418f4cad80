package import FieldpostAPI
package import FieldpostCore
package import FieldpostStore
package import FieldpostTransport
import FieldpostWire

/// What one role adds to the common node. `FieldpostGateway` and `FieldpostCentral` each implement it once; the common
/// node asks its role and never which role it is.
package protocol NodeRole: Sendable {
    /// Called once, before anything is served. Throws `JournalError`.
    func prepare() async throws

    /// The work of this role beside the sessions. Each runs until its task is cancelled, and throws `JournalError` when
    /// the journal fails.
    var work: [@Sendable () async throws -> Void] { get }

    // MARK: Sessions

    /// Whether `peer` may hold a session, from what it proved in the TLS handshake; not asked where links are plain
    /// TCP. Returns what central's administrators say of a gateway; nil at a gateway. Throws the violation to refuse
    /// the peer with: `notEnrolled`, `revoked` or `wrongIdentity`.
    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment?

    /// Answers connections that were made to enroll; nil where no node can be enrolled.
    var desk: (any EnrollmentAnswering)? { get }

    /// What the next hello says beside the node itself. `turn`: how many hellos were said before; what does not fit in
    /// one hello comes in a later one.
    func greeting(turn: Int) async throws(JournalError) -> Greeting

    /// Why dialing cannot succeed now; nil when it can.
    var hindrance: String? { get }

    // MARK: Administration

    /// What central does about its gateways. Throws `ResyncError.notCentral` at a gateway.
    func fleet() throws(ResyncError) -> any GatewayAdministration & GatewayUpkeep

    /// The access that a request makes, before it is recorded. Throws `AccessError.wrongRole` when the other role gives
    /// such an access.
    func access(for request: AccessRequest) throws -> GivenAccess

    /// An access was given or revoked, and the journal holds it.
    func accessChanged() async

    // MARK: Status

    /// Adds the peers and what else only this role knows.
    func complete(_ status: inout NodeStatus, with statistics: JournalStatistics) async

    /// Alarms that only this role raises.
    func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> RoleAlarms
}

/// What a role adds to a hello.
package struct Greeting: Sendable {
    package var heads: [Head] = []
    package var receipts: [Receipt] = []
    package var grids: [String] = []

    package init(heads: [Head] = [], receipts: [Receipt] = [], grids: [String] = []) {
        self.heads = heads
        self.receipts = receipts
        self.grids = grids
    }
}

/// Answers what a peer says on a connection that was made to enroll.
package protocol EnrollmentAnswering: Sendable {
    /// `address`: "host:port" of the peer, for people.
    func answer(_ message: Message, from peer: PeerIdentity, at address: String) async -> Message
}

/// Alarms in the order in which `fieldpost status` shows them.
package struct RoleAlarms: Sendable {
    /// About nodes that are not believed or not let in.
    package var incarnations: [String] = []
    /// About what keeps this node from its peers, beside the link.
    package var trust: [String] = []

    package init(incarnations: [String] = [], trust: [String] = []) {
        self.incarnations = incarnations
        self.trust = trust
    }
}
