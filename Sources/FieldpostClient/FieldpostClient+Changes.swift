package import Foundation
import NIOHTTP1

extension FieldpostClient {
    /// Seconds that a request of `changes` may wait at the node.
    private static let wait = 30

    /// The newest entries and events of the node's journal, in order of arrival. Through the admin socket only. Calls
    /// `take` as `changes` does; the last line names the cursor after them, and `more` says that the search stopped
    /// early.
    package func journalTail(
        _ conditions: [(String, String?)], take: (JSONValue, Data) -> Void
    ) async throws(ClientError) {
        var lines = try await exchange.lines(
            .GET, "/v1/journal/tail\(query(conditions))", headers: [], seconds: HTTPExchange.seconds)
        while let line = try await lines.next() { take(try decode(line), line) }
    }

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
