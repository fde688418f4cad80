import FieldpostAPI
import FieldpostCore
package import FieldpostNode
import FieldpostStore
import HTTPTypes
package import Hummingbird
import NIOCore

/// What the command line asks of a running node, over HTTP on a Unix socket. Only users who may open the socket can
/// ask.
///
/// - `GET /v1/status`: `NodeStatus` as JSON.
/// - `GET /v1/digest`, `?gateway=NAME` at central: `NodeDigest` as JSON.
/// - `POST /v1/resync?gateway=NAME`: one line with a `ResyncState` as JSON for each step of the resync. The last line
///   says that it is finished. If it is interrupted, the last line is `{"error": problem}` instead.
/// - `GET /v1/incidents`: `IncidentList` as JSON. `POST /v1/incidents/resolve`: `ResolvedIncidents`.
/// - `GET /v1/audit`: `AuditLog` as JSON.
/// - `GET /v1/quarantine`: `QuarantineList` as JSON. `POST /v1/quarantine/replay`: `ReplayedQuarantine`.
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
            Route(.post, "/v1/resync", for: .administer, takesQuery: true) { request, context in
                try await resync(request, by: await context.operatorName())
            },
        ] + upkeepRoutes
    }

    private func resync(_ request: Request, by author: String) async throws -> Response {
        let states = try await node.upkeep().resync(gateway: try Self.gateway(request), author: author)
        let body = ResponseBody { writer in
            do {
                for try await state in states { try await writer.write(Self.line(state)) }
            } catch let error as ResyncError {
                try await writer.write(Self.line(["error": Problem(error)]))
            } catch let error as JournalError {
                try await writer.write(Self.line(["error": Problem(error)]))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
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

    private static func line(_ value: some Encodable) throws -> ByteBuffer {
        var line = try JSON.encode(value)
        line.writeInteger(UInt8(ascii: "\n"))
        return line
    }
}
