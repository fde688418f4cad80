import FieldpostAPI
import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

extension AdminAPI {
    /// Routes for incidents, audit events, the quarantine, and the clones of gateways.
    var upkeepRoutes: [Route] {
        [
            .admin(.get, "/v1/incidents") { _, _ in
                IncidentList(incidents: try await node.journal.incidents().map(IncidentState.init))
            },
            .admin(.post, "/v1/incidents/resolve") { _, author in
                try await node.record("Resolved all incidents so far.", author: author)
                return ResolvedIncidents(resolved: try await node.journal.resolveIncidents())
            },
            .admin(.get, "/v1/audit") { _, _ in
                AuditLog(events: try await node.journal.auditEvents().map(AuditLog.Element.init))
            },
            .admin(.get, "/v1/quarantine") { _, _ in try await quarantine() },
            .admin(.post, "/v1/quarantine/replay") { _, author in
                try await node.record("Replayed the quarantine.", author: author)
                return ReplayedQuarantine(merged: try await node.journal.replayQuarantine())
            },
            .admin(.post, "/v1/gateways/accept-clone", takesQuery: true) { request, author in
                let gateway = try Self.gateway(request)
                return try await node.upkeep().acceptClone(gateway: gateway, forgetting: false, author: author)
            },
            .admin(.post, "/v1/gateways/forget-incarnations", takesQuery: true) { request, author in
                let gateway = try Self.gateway(request)
                return try await node.upkeep().acceptClone(gateway: gateway, forgetting: true, author: author)
            },
        ]
    }

    private func quarantine() async throws(JournalError) -> QuarantineList {
        let entries = try await node.journal.quarantine()
        let statistics = try await node.journal.statistics()
        let heard = try await node.journal.hearsay().map { hearsay in
            QuarantineState(
                dot: hearsay.entry.dot.description,
                reason:
                    "unconfirmed: gateway \(hearsay.giver.short) gave it without a proof, and its author has not "
                        + "sent it",
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
    /// Nil if the time is unknown.
    package var text: String? { self == .unknown ? nil : Timestamp.text(wallMilliseconds) }
}

extension IncidentState {
    fileprivate init(_ incident: Incident) {
        self.init(
            at: incident.stamp.text, dot: incident.dot.description, account: incident.account,
            isResolved: incident.isResolved)
    }
}
