import FieldpostAPI
import FieldpostCore
import FieldpostJournal
import FieldpostNode
import HTTPTypes
import Hummingbird

extension AdminAPI {
    /// What happened to the journal, what its administrators did, what cannot be merged, and whom a person lets in.
    func addUpkeep(to router: Router<APIContext>) {
        serve("/v1/incidents", .get, on: router) { request, _ in
            try QueryParameters.refuseAll(request)
            return IncidentList(incidents: try await node.journal.incidents().map(IncidentState.init))
        }
        serve("/v1/incidents/resolve", .post, on: router) { request, author in
            try QueryParameters.refuseAll(request)
            try await node.record("Saw to the incidents so far.", author: author)
            return ResolvedIncidents(resolved: try await node.journal.resolveIncidents())
        }
        serve("/v1/audit", .get, on: router) { request, _ in
            try QueryParameters.refuseAll(request)
            return AuditLog(events: try await node.journal.auditEvents().map(AuditLog.Element.init))
        }
        serve("/v1/quarantine", .get, on: router) { request, _ in
            try QueryParameters.refuseAll(request)
            return try await quarantine()
        }
        serve("/v1/quarantine/replay", .post, on: router) { request, author in
            try QueryParameters.refuseAll(request)
            try await node.record("Had the quarantine read again.", author: author)
            return ReplayedQuarantine(merged: try await node.journal.replayQuarantine())
        }
        serve("/v1/gateways/accept-clone", .post, on: router) { request, author in
            try await node.upkeep().acceptClone(gateway: try Self.gateway(request), forgetting: false, author: author)
        }
        serve("/v1/gateways/forget-incarnations", .post, on: router) { request, author in
            try await node.upkeep().acceptClone(gateway: try Self.gateway(request), forgetting: true, author: author)
        }
    }

    private func serve<Value: Encodable & Sendable>(
        _ path: String, _ method: HTTPRequest.Method, on router: Router<APIContext>,
        _ answer: @escaping @Sendable (Request, _ author: String) async throws -> Value
    ) {
        router.on(RouterPath(path), method: method) { request, context in
            try Response(json: try await answer(request, await Operator.name(of: context)))
        }
        router.refuseOtherMethods(than: [method], at: path)
    }

    private func quarantine() async throws(JournalError) -> QuarantineList {
        let entries = try await node.journal.quarantine()
        let statistics = try await node.journal.statistics()
        let heard = try await node.journal.hearsay().map { hearsay in
            QuarantineState(
                dot: hearsay.entry.dot.description,
                reason:
                    "unconfirmed: gateway \(hearsay.giver.short) gave it without a proof; its author has not said so",
                bytes: hearsay.entry.bytes.count)
        }
        return QuarantineList(
            entries: entries.map {
                QuarantineState(dot: $0.dot.description, reason: $0.reason, bytes: $0.byteCount)
            } + heard,
            total: statistics.quarantined, corrupt: statistics.corrupt, unread: statistics.unread,
            orphans: statistics.orphans)
    }
}

extension AuditLog.Element {
    fileprivate init(_ event: RecordedAuditEvent) {
        self.init(at: event.stamp.text, dot: event.dot.description, author: event.author, account: event.account)
    }
}

extension Stamp {
    /// Nil when nobody measured the moment.
    fileprivate var text: String? { self == .unknown ? nil : Timestamp.text(wallMilliseconds) }
}

extension IncidentState {
    fileprivate init(_ incident: Incident) {
        self.init(
            at: incident.stamp.text, dot: incident.dot.description, account: incident.account,
            isResolved: incident.isResolved)
    }
}
