package import FieldpostCore

/// At central: the gateways that said hello, their incarnations and clocks, and what they claimed.
package protocol GatewayStore: Sendable {
    /// Makes a gateway known, and compares its hello with what is held of it. Throws `.violation(clone)` for a second
    /// incarnation that follows the same one, until `acceptClone`, and `.violation(limitExceeded)` for one incarnation
    /// more than a gateway can have, until `forgetIncarnations`.
    func register(_ hello: Hello, stamp: Stamp) async throws(JournalError) -> Registered

    /// Accepts all incarnations of a gateway, on behalf of a person who has looked at it. Returns how many waited.
    func acceptClone(_ gateway: NodeID) async throws(JournalError) -> Int

    /// Forgets the incarnations of a gateway of which no entry is held. Returns how many.
    func forgetIncarnations(of gateway: NodeID) async throws(JournalError) -> Int

    /// Everything that a gateway keeps of other nodes was fetched back.
    func finishFetch(of gateway: NodeID) async throws(JournalError)

    /// What gateways claimed and cannot prove, by gateway.
    func suspicions() async throws(JournalError) -> [Suspicion]

    /// Notes how a gateway's monotonic clock since a boot relates to this node's wall clock.
    func note(_ measure: ClockMeasure, of node: NodeID) async throws(JournalError)

    /// The measures of the boots that stamps name, by node and boot.
    func clockMeasures(
        of stamps: [(node: NodeID, boot: BootID)]
    ) async throws(JournalError) -> [NodeID: [BootID: ClockMeasure]]
}
