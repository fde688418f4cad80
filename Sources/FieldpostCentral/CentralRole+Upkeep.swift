import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore

extension CentralRole: GatewayUpkeep {
    func node(named gateway: String) async throws -> NodeID { try await known(gateway).node }

    func acceptClone(gateway: String, forgetting: Bool, author: String) async throws -> AcceptedClones {
        let found = try await known(gateway)
        if forgetting {
            let account = "Forgot the incarnations of \(found.name) (\(found.node.short)) that have no entries."
            try await record(account, author: author)
            return AcceptedClones(accepted: 0, forgotten: try await journal.forgetIncarnations(of: found.node))
        }
        try await record("Accepted all incarnations of \(found.name) (\(found.node.short)).", author: author)
        return AcceptedClones(accepted: try await journal.acceptClone(found.node))
    }

    func known(_ gateway: String) async throws(ResyncError) -> JournalStatistics.GatewayStatistics {
        let matching = ((try? await journal.statistics())?.gateways ?? []).filter {
            $0.name == gateway || (!gateway.isEmpty && $0.node.description.hasPrefix(gateway.lowercased()))
        }
        guard let found = matching.first else { throw .unknownGateway(gateway) }
        guard matching.count == 1 else { throw .ambiguousGateway(gateway) }
        return found
    }

    /// Records an administrator's action. Call this before the action.
    func record(_ account: String, author: String) async throws(JournalError) {
        try await journal.record(account, author: author, stamp: clock.stamp())
    }
}
