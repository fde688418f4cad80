import FieldpostAPI
import FieldpostCore
import FieldpostHTTP
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

extension GatewayRole {
    /// Learns the time from central's clock, and writes the counts. Runs until the task is cancelled.
    @Sendable func keepLinks() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await links.run() }
            group.addTask {
                repeat {
                    links.learn(offsetMilliseconds: await clockOffset())
                } while (try? await Task.sleep(for: .seconds(5))) != nil
            }
        }
    }

    /// Central's clock minus this machine's, in milliseconds. Without a measure, 0 if this machine's clock is
    /// synchronized, and else nil.
    private func clockOffset() async -> Int64? {
        let states = await parts.registry.states().values
        if let measured = states.compactMap({ $0.state.clockOffsetMilliseconds }).first { return measured }
        return parts.clock.isSynchronized ? 0 : nil
    }

    /// Central's time, as it was measured last. Without a measure, this machine's, if something sets its clock.
    package func time() async -> Instant? {
        let now = parts.clock.stamp().wallMilliseconds
        for state in await parts.registry.states().values.map(\.state) {
            guard let offset = state.clockOffsetMilliseconds else { continue }
            let (time, overflow) = now.addingReportingOverflow(offset)
            guard !overflow else { return nil }
            return Instant(
                milliseconds: time, uncertaintyMilliseconds: state.clockUncertaintyMilliseconds ?? 0)
        }
        guard parts.clock.isSynchronized else { return nil }
        return Instant(milliseconds: now, uncertaintyMilliseconds: Limits.synchronizedMilliseconds)
    }

    /// - `GET /v1/links`: `LinksState` as JSON.
    /// - `POST /v1/links/pause?seconds=N` and `POST /v1/links/resume`: the same, after the change.
    var linkRoutes: [Route] {
        [
            .admin(.get, "/v1/links") { _, _ in await linksState() },
            .admin(.post, "/v1/links/pause", takesQuery: true) { request, author in
                let text = try QueryParameters.only("seconds", request) ?? ""
                guard let seconds = UInt64(text), seconds > 0, seconds <= Limits.linkPauseSeconds else {
                    throw Problem(
                        .badQuery,
                        "`seconds` must be a whole number from 1 to \(Limits.linkPauseSeconds). Nothing was changed.")
                }
                try await record("Paused photos and thumbnails for \(seconds) seconds.", author)
                links.pause(seconds: seconds)
                return await linksState()
            },
            .admin(.post, "/v1/links/resume") { _, author in
                try await record("Ended the pause of photos and thumbnails.", author)
                links.resume()
                return await linksState()
            },
        ]
    }

    private func record(_ account: String, _ author: String) async throws {
        try await parts.journal.record(account, author: author, stamp: parts.clock.stamp())
    }

    func linksState() async -> LinksState { links.status(backlog: await photoBacklog()) }

    /// Nil if it cannot be read.
    func photoBacklog() async -> PhotoBacklog? {
        await PhotoBacklog(in: parts.journal, parts.blobs, to: parts.registry)
    }
}
