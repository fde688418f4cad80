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
            .admin(.get, "/v1/quarantine/entry", takesQuery: true) { request, _ in
                guard let dot = try Self.dot(request) else { throw Self.badDot }
                guard let found = try await node.journal.quarantined(at: dot) else {
                    throw Problem(.notFound, "No entry in quarantine has this dot. Nothing was changed.")
                }
                return QuarantineDetail(found)
            },
            .admin(.post, "/v1/quarantine/replay", takesQuery: true) { request, author in
                let dot = try Self.dot(request)
                try await node.record("Replayed the quarantine.", author: author)
                let replay = try await node.journal.replayQuarantine(at: dot)
                return ReplayedQuarantine(merged: replay.merged, kept: replay.kept)
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

    /// The dot in a request. Nil if it has none. Throws `.badQuery`.
    private static func dot(_ request: Request) throws(Problem) -> String? {
        guard let text = try QueryParameters.only("dot", request) else { return nil }
        guard Dot.seq(in: text) != nil else { throw badDot }
        return text
    }

    private static let badDot = Problem(
        .badQuery, "`dot` must be the dot of an entry, as `fieldpost quarantine` lists it. Nothing was changed.")

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

extension QuarantineDetail {
    fileprivate init(_ found: QuarantinedBytes) {
        self.init(
            dot: found.entry.dot.description, reason: found.entry.reason, cause: found.cause.rawValue,
            bytes: found.entry.byteCount, hash: found.hash?.hex, start: Hex.encode(found.start))
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
