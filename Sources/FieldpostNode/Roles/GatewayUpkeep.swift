package import FieldpostAPI
package import FieldpostCore

/// What central's administrators can do about the entries of one gateway. A gateway is named by its name, or by the
/// first digits of its NodeID. `author` is the administrator, for the journal. All methods throw `JournalError`. They
/// throw `ResyncError` if no gateway or several gateways match.
package protocol GatewayUpkeep: Sendable {
    /// Finds a gateway.
    func node(named gateway: String) async throws -> NodeID

    /// An administrator has examined a gateway that was taken for a clone, and accepts all of its incarnations.
    /// `forgetting`: instead, forgets its incarnations without entries, so that there is room for others.
    func acceptClone(gateway: String, forgetting: Bool, author: String) async throws -> AcceptedClones
}
