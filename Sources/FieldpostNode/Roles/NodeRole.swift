package import FieldpostAPI
package import FieldpostCore
package import FieldpostStore
package import FieldpostTransport
import FieldpostWire

/// What one role adds to the common node. `FieldpostGateway` and `FieldpostCentral` each implement it once. The common
/// node calls its role and never asks which role it is.
package protocol NodeRole: Sendable {
    /// Called once, before anything is served. Throws `JournalError`.
    func prepare() async throws

    /// The background work of this role. Each task runs until it is cancelled, and throws `JournalError` if the journal
    /// fails.
    var work: [@Sendable () async throws -> Void] { get }

    // MARK: Sessions

    /// Decides whether `peer` may hold a session, from the identity that it proved in the TLS handshake. It is not
    /// called if links are plain TCP. Returns what central's administrators decided about a gateway, or nil at a
    /// gateway. Throws the violation with which to refuse the peer: `notEnrolled`, `revoked` or `wrongIdentity`.
    func admit(_ peer: PeerIdentity) async throws(Violation) -> Enrollment?

    /// Answers connections for enrollment. Nil if nodes cannot enroll here.
    var desk: (any EnrollmentAnswering)? { get }

    /// What this role adds to the next hello. `turn` counts the hellos before: what does not fit into one hello is sent
    /// in a later one.
    func greeting(turn: Int) async throws(JournalError) -> Greeting

    /// Why dialing cannot succeed now. Nil if it can.
    var hindrance: String? { get }

    /// The node whose settings hold here: this one at central. Nil at a gateway that is not enrolled, or whose links
    /// are plain TCP.
    var central: NodeID? { get }

    /// What links may carry. Nil if nothing limits them.
    var linkControl: (any LinkControl)? { get }

    /// Takes over those new settings that a running role can change.
    func apply(_ settings: NodeSettings)

    /// The corrected time: central's. Nil if nobody can say.
    func time() async -> Instant?

    // MARK: Administration

    /// What central does about the entries of its gateways. Throws `ResyncError.notCentral` at a gateway.
    func upkeep() throws(ResyncError) -> any GatewayUpkeep

    /// Opens sealed contact data. Nil at a gateway: it has no key for that.
    var contactOpener: (any ContactOpening)? { get }

    /// Makes the requested access, before it is recorded. Throws `AccessError.wrongRole` if only the other role can
    /// give it, and `AccessError.invalid`.
    func access(for request: AccessRequest) async throws -> GivenAccess

    /// Somebody who may log in at this node, by the name as it is stored. Nil if there is no such person.
    func person(named name: String) async throws(JournalError) -> Access?

    /// Everybody who may log in at this node, and at central also those who may no more.
    func people() async throws(JournalError) -> [Access]

    /// Called when an access was given or revoked, and the journal holds that.
    func accessChanged() async

    // MARK: Status

    /// Adds the peers, and whatever only this role knows.
    func complete(_ status: inout NodeStatus, with statistics: JournalStatistics) async

    /// Alarms that only this role raises.
    func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> RoleAlarms
}

extension NodeRole {
    package var linkControl: (any LinkControl)? { nil }
    package var contactOpener: (any ContactOpening)? { nil }
    package func apply(_ settings: NodeSettings) {}
}

/// What a role adds to a hello.
package struct Greeting: Sendable {
    package var heads: [Head] = []
    package var receipts: [Receipt] = []
    package var grids: [String] = []
    /// See `Hello.people`.
    package var people: Hash256?

    package init(
        heads: [Head] = [], receipts: [Receipt] = [], grids: [String] = [], people: Hash256? = nil
    ) {
        self.people = people
        self.heads = heads
        self.receipts = receipts
        self.grids = grids
    }
}

/// Answers messages on connections for enrollment.
package protocol EnrollmentAnswering: Sendable {
    /// `address`: the peer's "host:port", for people.
    func answer(_ message: Message, from peer: PeerIdentity, at address: String) async -> Message
}

/// Alarms in the order in which `fieldpost status` shows them.
package struct RoleAlarms: Sendable {
    /// About nodes that make false claims or are not accepted.
    package var incarnations: [String] = []
    /// About what keeps this node from its peers, other than the link.
    package var trust: [String] = []
    /// About the rest of what only this role does.
    package var other: [String] = []

    package init(incarnations: [String] = [], trust: [String] = [], other: [String] = []) {
        self.other = other
        self.incarnations = incarnations
        self.trust = trust
    }
}
