import FieldpostCore
import FieldpostJournal
import FieldpostNode
import HTTPTypes
import Hummingbird

extension AdminAPI {
    /// What happened to the journal, what cannot be merged, and whom a person lets in.
    func addUpkeep(to router: Router<APIContext>) {
        serve("/v1/incidents", .get, on: router) { request in
            try QueryParameters.refuseAll(request)
            return IncidentList(incidents: try await node.journal.incidents().map(IncidentState.init))
        }
        serve("/v1/incidents/settle", .post, on: router) { request in
            try QueryParameters.refuseAll(request)
            return SettledIncidents(settled: try await node.journal.settleIncidents())
        }
        serve("/v1/quarantine", .get, on: router) { request in
            try QueryParameters.refuseAll(request)
            return try await quarantine()
        }
        serve("/v1/quarantine/replay", .post, on: router) { request in
            try QueryParameters.refuseAll(request)
            return ReplayedQuarantine(merged: try await node.journal.replayQuarantine())
        }
        serve("/v1/release", .post, on: router) { request in
            try await node.release(gateway: try Self.gateway(request))
        }
    }

    private func serve<Value: Encodable & Sendable>(
        _ path: String, _ method: HTTPRequest.Method, on router: Router<APIContext>,
        _ answer: @escaping @Sendable (Request) async throws -> Value
    ) {
        router.on(RouterPath(path), method: method) { request, _ in try Response(json: try await answer(request)) }
        router.refuseOtherMethods(than: [method], at: path)
    }

    private func quarantine() async throws(JournalError) -> QuarantineList {
        let entries = try await node.journal.quarantine()
        let statistics = try await node.journal.statistics()
        return QuarantineList(
            entries: entries.map {
                QuarantineState(dot: $0.dot.description, reason: $0.reason, bytes: $0.byteCount)
            },
            total: statistics.quarantined, rotten: statistics.rotten, unread: statistics.unread,
            orphans: statistics.orphans)
    }
}

extension IncidentState {
    fileprivate init(_ incident: Incident) {
        self.init(
            at: incident.stamp == .unknown ? nil : Timestamp.text(incident.stamp.wallMilliseconds),
            dot: incident.dot.description, account: incident.account, isSettled: incident.isSettled)
    }
}
