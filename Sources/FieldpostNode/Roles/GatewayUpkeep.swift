package import FieldpostAPI
package import FieldpostCore

/// What central's administrators ask about the entries of one gateway. A gateway is named by its name, or the first
/// digits of its NodeID. All throw `ResyncError` for a gateway that is unknown or not the only one, and `JournalError`.
/// `author`: who asks, for the journal.
package protocol GatewayUpkeep: Sendable {
    /// The gateway of that name.
    func node(named gateway: String) async throws -> NodeID

    /// Pulls a connected gateway's journal again from the start. The stream ends when the resync is finished, and
    /// throws `ResyncError`.
    func resync(gateway: String, author: String) async throws -> AsyncThrowingStream<ResyncState, any Error>

    /// A person has looked at a gateway that was taken for a clone: all its incarnations are let in. `forgetting`:
    /// instead, its incarnations without entries are forgotten, so that it has room for others.
    func acceptClone(gateway: String, forgetting: Bool, author: String) async throws -> AcceptedClones
}
