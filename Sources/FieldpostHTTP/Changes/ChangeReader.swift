import FieldpostCore
package import FieldpostStore
import NIOCore

/// Reads the changes of this node as the JSON lines of `GET /v1/changes`, for other ways out than requests.
package struct ChangeReader {
    package struct Line {
        package let json: [UInt8]
        /// Where a reader goes on after it.
        package let cursor: String
    }

    private var feed: ChangeFeed

    /// - Parameters:
    ///   - filter: the query of `GET /v1/changes` without `since`, `limit` and `report`. What concerns no report is
    ///     read only if `kind` names it.
    ///   - cursor: where to go on. Nil: now.
    ///   - most: lines of a page.
    ///
    /// Throws `.badQuery`.
    package init(filter: String, cursor: String?, most: Int, in journal: any Store) throws(Problem) {
        var request = try ChangeRequest(filter: filter)
        request.query.limit = most
        request.start = cursor.flatMap { ChangeCursor(text: $0) }.map { .after($0) } ?? .now
        let ofNode: Set<ChangeKind> = [.setting, .incident, .audit]
        feed = ChangeFeed(
            request, grids: nil, includesNode: !request.query.kinds.isDisjoint(with: ofNode), in: journal)
    }

    /// Whether a look is worth while.
    package var hasMore: Bool { feed.hasMore }
    package var cursor: String { feed.cursor.text }

    package mutating func next() async throws -> [Line] {
        let (lines, _) = try await feed.next()
        return try lines.map { Line(json: try JSONWriter.write($0), cursor: $0.cursor.text) }
    }
}
