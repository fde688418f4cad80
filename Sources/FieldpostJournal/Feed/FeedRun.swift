import FieldpostCore
import FieldpostStore
import GRDB

extension Database {
    /// Returns the feed of a gateway after a position. Returns nil if there is nothing more. Skips damaged entries:
    /// they are added again when they are repaired. Skips entries that have left the gateway's scope since they were
    /// added.
    ///
    /// Throws `.violation(rewound)` if rows after the position were deleted. This happens if another session of the
    /// same gateway, which is further, still ends.
    func feed(of gateway: NodeID, after position: UInt64, limit: RunLimit) throws -> FeedRun? {
        guard let trim = try feedTrim(of: gateway) else { return nil }
        guard trim.isWhole || Int64(clamping: position) >= trim.trimmed else {
            throw JournalError.violation(
                Violation(
                    .rewound,
                    "the feed after position \(position) is no longer kept, because this gateway said that it holds "
                        + "more. Nothing is lost: the next session sends all of it again"))
        }
        let statement = try cachedStatement(
            sql: """
                SELECT feed.position, feed.told, feed.withdrawn, feed.place, entries.report, entries.hash,
                    entries.bytes, reports.id
                FROM feed LEFT JOIN entries ON entries.place = feed.place
                LEFT JOIN reports ON reports.number = feed.withdrawn
                WHERE feed.gateway = ? AND feed.position > ?
                ORDER BY feed.position LIMIT ?
                """)
        let cursor = try Row.fetchCursor(
            statement, arguments: [trim.gateway, Int64(clamping: position), limit.entries])
        var run = FeedRun(lastPosition: position)
        // Most sessions find nothing to read here. So the scope is read only now.
        guard var row = try cursor.next() else { return nil }
        var scope = try GatewayScope(self, of: gateway)
        guard !scope.isRevoked else { return nil }
        var bytes = 0
        while try take(row, into: &run, of: &scope, &bytes, limit) {
            run.lastPosition = row.integer("position").flatMap { UInt64(exactly: $0) } ?? run.lastPosition
            guard let next = try cursor.next() else { break }
            row = next
        }
        return run.lastPosition == position ? nil : run
    }

    /// Adds what a row of the feed names, if it is in the gateway's scope. Returns false if the run ends before this
    /// row.
    private func take(
        _ row: Row, into run: inout FeedRun, of scope: inout GatewayScope, _ bytes: inout Int, _ limit: RunLimit
    ) throws -> Bool {
        if let report = row.integer("withdrawn") {
            guard try !scope.includes(report: report, self) else { return true }
            // This journal was restored from a copy, and the gateway may keep what it lost. So nothing is withdrawn
            // until then.
            guard run.entries.isEmpty, run.withdrawn.count < Limits.listedOrigins, scope.isFetched else {
                return false
            }
            if let id = row.blob("id").flatMap({ ReportID(bytes: $0) }) { run.withdrawn.append(id) }
            return true
        }
        guard row.blob("bytes") != nil else { return try vacate(row, hash: .zero, in: &run) }
        let entry = EntryRow(row)
        guard try scope.includes(entry.place, report: row["report"], self) else {
            return try vacate(row, hash: entry.hash, in: &run)
        }
        if !run.entries.isEmpty, bytes + entry.bytes.count > limit.bytes { return false }
        guard entry.isSound else { return true }
        run.entries.append(entry.bytes)
        bytes += entry.bytes.count
        return true
    }

    /// Says which entry is at a place where the gateway may hold another one. The hash is zero if there is none.
    private func vacate(_ row: Row, hash: Hash256?, in run: inout FeedRun) throws -> Bool {
        let place = Place(rowID: row["place"])
        guard row.integer("told") == 1, let hash, let origin = try origin(of: place) else { return true }
        guard run.entries.isEmpty, run.vacated.count < Limits.listedOrigins else { return false }
        run.vacated.append(KnownEntry(dot: Dot(origin, place.seq), hash: hash))
        return true
    }

    private func origin(of place: Place) throws -> Origin? {
        try originRow(number: place.origin)?.origin
    }
}
