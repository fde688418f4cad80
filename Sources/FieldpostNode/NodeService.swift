package import FieldpostAPI
package import FieldpostCore
package import FieldpostStore

/// What the HTTP rooms may ask of the running node.
package protocol NodeService: Sendable {
    var journal: any Store { get }
    /// The clocks of this moment, for an entry made here.
    func stamp() -> Stamp
    func status() async throws(JournalError) -> NodeStatus
    /// A digest over all reports held here, or at central over those in one gateway's scope, named as in `resync`:
    /// equal on two nodes exactly when they show the same. Reads every report's digest.
    func digest(gateway: String?) async throws -> NodeDigest
    /// What central does about the entries of its gateways. Throws `ResyncError.notCentral` at a gateway.
    func upkeep() throws(ResyncError) -> any GatewayUpkeep
}

extension NodeService {
    /// Writes down what an administrator does, before it is done.
    package func record(_ account: String, author: String) async throws(JournalError) {
        try await journal.record(account, author: author, stamp: stamp())
    }
}

package enum ResyncError: Error, Hashable, Sendable {
    /// Only central pulls.
    case notCentral
    case unknownGateway(String)
    /// Several gateways match.
    case ambiguousGateway(String)
    case notConnected(String)
    /// The session ended first; what was added stays.
    case interrupted(String)
}

extension ResyncError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notCentral:
            "Only central can be asked about a gateway, and this node is one. Nothing was changed; ask at central."
        case .unknownGateway(let name): "No gateway \(name) is known here. `fieldpost status` lists those that are."
        case .ambiguousGateway(let name): "Several gateways match \(name). Give more digits of the NodeID."
        case .notConnected(let name): "Gateway \(name) is not connected. Nothing was changed; try again when it is."
        case .interrupted(let reason):
            "The session ended before the resync did (\(reason)). What was added stays; start it again."
        }
    }
}
