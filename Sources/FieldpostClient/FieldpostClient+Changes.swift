package import Foundation
import NIOHTTP1

extension FieldpostClient {
    /// Seconds that a request of `changes` may wait at the node.
    private static let wait = 30

    /// What happened at the node since a cursor, in order: one page. `waits`: if there is nothing, the answer comes
    /// with the next change, or after half a minute. Calls `take` with each line, and as the node wrote it; the last
    /// one names the cursor to go on from.
    package func changes(
        _ conditions: [(String, String?)], waits: Bool = false, take: (JSONValue, Data) -> Void
    ) async throws(ClientError) {
        var lines = try await exchange.lines(
            .GET, "/v1/changes\(query(conditions))", headers: waits ? [("Prefer", "wait=\(Self.wait)")] : [],
            seconds: Int64(Self.wait) + HTTPExchange.seconds)
        while let line = try await lines.next() { take(try decode(line), line) }
    }
}
