import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// What central's administrators ask about resyncs.
///
/// - `POST /v1/gateways/{gateway}/resync?mode=&rate=`: 202 with `ResyncJob`. The gateway is a name, or the first digits
///   of a NodeID. `mode`: see `ResyncJob.Mode`; without it, verify. `rate`: bytes a second, for those that take one.
/// - `GET /v1/jobs?state=`: `ResyncJobList`, all or those in one state. `GET /v1/jobs/{number}`: `ResyncJob`.
/// - `POST /v1/jobs/{number}/pause`, `…/resume`, `…/cancel`: `ResyncJob`.
struct JobAPI: Sendable {
    let central: CentralRole

    var routes: [Route] {
        [
            Route(.post, "/v1/gateways/{gateway}/resync", for: .administer, takesQuery: true) { request, context in
                var answer = try Response(json: try await begin(request, context))
                answer.status = .accepted
                return answer
            },
            Route(.get, "/v1/jobs", for: .administer, takesQuery: true) { request, _ in
                try Response(json: await central.jobs.list(try Self.state(request)))
            },
            Route(.get, "/v1/jobs/{number}", for: .administer) { _, context in
                try Response(json: try await central.jobs.job(try Self.number(context)))
            },
            change("pause", to: .paused) { "Asked to pause the resync \($0)." },
            change("resume", to: .waiting) { "Asked to resume the resync \($0)." },
            change("cancel", to: .cancelled) { "Asked to cancel the resync \($0)." },
        ]
    }

    private func change(
        _ verb: String, to state: ResyncJob.State, account: @escaping @Sendable (Int) -> String
    ) -> Route {
        Route(.post, "/v1/jobs/{number}/\(verb)", for: .administer) { _, context in
            let number = try Self.number(context)
            _ = try await central.jobs.job(number)
            try await central.record(account(number), author: await context.who())
            return try Response(json: try await central.jobs.set(number, state))
        }
    }

    private func begin(_ request: Request, _ context: APIContext) async throws -> ResyncJob {
        let given = try QueryParameters.some(["mode", "rate"], request)
        guard let mode = ResyncJob.Mode(rawValue: given["mode"] ?? "verify") else {
            let modes = ResyncJob.Mode.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badQuery, "`mode` must be one of \(modes). Nothing was changed.")
        }
        let rate = given["rate"].map { Int($0) ?? 0 }
        if let rate, rate < Limits.jobLeastRate {
            throw Problem(
                .badQuery, "`rate` must be \(Limits.jobLeastRate) bytes a second or more. Nothing was changed.")
        }
        guard rate == nil || mode.takesRate else {
            let modes = ResyncJob.Mode.allCases.filter(\.takesRate).map(\.rawValue).joined(separator: ", ")
            throw Problem(.badQuery, "`rate` is only for \(modes). Nothing was changed.")
        }
        guard let name = context.parameters.get("gateway"), !name.isEmpty else {
            throw Problem(.badQuery, "The path names no gateway. Nothing was changed.")
        }
        let found = try await central.known(name)
        let author = await context.who()
        try await central.record("Asked for a resync (\(mode.rawValue)) of \(found.name).", author: author)
        return try await central.jobs.add(
            gateway: found.name, node: found.node, mode: mode, rate: rate, author: author)
    }

    private static func state(_ request: Request) throws(Problem) -> ResyncJob.State? {
        guard let text = try QueryParameters.only("state", request) else { return nil }
        guard let state = ResyncJob.State(rawValue: text) else {
            let states = ResyncJob.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badQuery, "`state` must be one of \(states). Nothing was changed.")
        }
        return state
    }

    private static func number(_ context: APIContext) throws(Problem) -> Int {
        guard let number = context.parameters.get("number").flatMap({ Int($0) }) else {
            throw Problem(.unknownJob, "Jobs have numbers. Nothing was changed. `fieldpost jobs` lists them.")
        }
        return number
    }
}
