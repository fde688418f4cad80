import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore

extension CentralRole {
    func complete(_ status: inout NodeStatus, with statistics: JournalStatistics) async {
        status.peers = await gateways(statistics)
    }

    /// Each gateway that ever connected.
    private func gateways(_ statistics: JournalStatistics) async -> [NodeStatus.PeerState] {
        let known = await registry.states()
        let held = Dictionary(statistics.origins.map { ($0.head.origin, $0.head.seq) }, uniquingKeysWith: max)
        return statistics.gateways.map { gateway in
            var state =
                known[gateway.node]?.state ?? NodeStatus.PeerState(node: gateway.node.description, name: gateway.name)
            state.grids = gateway.grids
            state.isCloneWaiting = gateway.hasCloneWaiting
            state.entriesWaitingDown = gateway.feedWaiting
            if state.isConnected, let offered = known[gateway.node]?.offered {
                state.entriesWaitingUp = offered.reduce(0) { $0 + $1.value - min(held[$1.key] ?? 0, $1.value) }
            }
            return state
        }
    }

    func alarms(_ statistics: JournalStatistics) async throws(JournalError) -> RoleAlarms {
        RoleAlarms(incarnations: try await suspicions() + clones(statistics), other: await webhooks.alarms())
    }

    private func clones(_ statistics: JournalStatistics) -> [String] {
        statistics.clones.map { name in
            "Gateway \(name) was cloned, or restored twice. Its second incarnation waits; its reports are safe there. "
                + "When only one machine is left, run `fieldpost gateways accept-clone \(name)`."
        }
    }

    /// Gateways with claims that central cannot verify, one alarm for each.
    private func suspicions() async throws(JournalError) -> [String] {
        let suspicions = try await journal.suspicions()
        var gateways: [NodeID] = []
        for suspicion in suspicions where !gateways.contains(suspicion.gateway) { gateways.append(suspicion.gateway) }
        return gateways.map { gateway in
            let own = suspicions.filter { $0.gateway == gateway }
            let accounts = own.map(\.account).joined(separator: " ")
            let reports =
                own.contains { $0.kind == .incarnations }
                ? "Its reports are safe there, and wait." : "Its own reports are still accepted."
            return
                "Gateway \(own[0].name) (\(gateway.short)) makes claims that central cannot verify: \(accounts) "
                    + "Nothing was changed. \(reports) Either the gateway was taken over, or its journal was replaced. "
                    + "Examine it. To end this alarm, run `fieldpost incidents resolve`."
        }
    }
}
