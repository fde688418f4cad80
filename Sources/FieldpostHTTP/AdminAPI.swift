import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import FieldpostStore
import HTTPTypes
package import Hummingbird

/// What the command line asks of a running node, over HTTP on a Unix socket. Only users who may open the socket can
/// ask.
///
/// - `GET /v1/status`: `NodeStatus` as JSON.
/// - `GET /v1/digest`, `?gateway=NAME` at central: `NodeDigest` as JSON.
/// - `GET /v1/why?of=REPORT|PHOTO`: `Whereabouts` as JSON.
/// - `GET /v1/journal/tail`: the newest changes, one a line, as `GET /v1/changes` writes them. `limit`, `node` (the
///   first digits of a NodeID), `since` (a time), `kind`, `report`, `grid`.
/// - `GET /v1/incidents`: `IncidentList` as JSON. `POST /v1/incidents/resolve`: `ResolvedIncidents`.
/// - `GET /v1/audit`: `AuditLog` as JSON.
/// - `GET /v1/quarantine`: `QuarantineList` as JSON. `GET /v1/quarantine/entry?dot=DOT`: `QuarantineDetail`.
///   `POST /v1/quarantine/replay`, `?dot=DOT` for one entry: `ReplayedQuarantine`.
/// - `POST /v1/gateways/accept-clone?gateway=NAME` and `POST /v1/gateways/forget-incarnations?gateway=NAME` at central:
///   `AcceptedClones` as JSON.
package struct AdminAPI: Sendable {
    let node: any NodeService

    package init(node: any NodeService) { self.node = node }

    package var routes: [Route] {
        [
            .admin(.get, "/v1/status") { _, _ in try await node.status() },
            .admin(.get, "/v1/digest", takesQuery: true) { request, _ in
                try await node.digest(gateway: try QueryParameters.only("gateway", request))
            },
            .admin(.get, "/v1/why", takesQuery: true) { request, _ in
                try await WhereaboutsReading(node: node).answer(try QueryParameters.only("of", request) ?? "")
            },
            Route(.get, "/v1/journal/tail", for: .administer, takesQuery: true) { request, _ in
                try await JournalTail(request).answer(node.journal)
            },
        ] + upkeepRoutes
    }

    /// The gateway in a request: its name, or the first digits of its NodeID. Throws `.badQuery`.
    package static func gateway(_ request: Request) throws(Problem) -> String {
        guard let gateway = try QueryParameters.only("gateway", request), !gateway.isEmpty else {
            throw Problem(
                .badQuery,
                "`gateway` is missing: its name, or the first digits of its NodeID. Nothing was changed.")
        }
        return gateway
    }
}
