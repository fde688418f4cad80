package import FieldpostCore
import Foundation
import GRDB

/// What one step of pruning did.
package struct PruneStep: Hashable, Sendable {
    package var reports = 0
    package var entries = 0
    package var bytes = 0
    /// Nothing more is old enough.
    package var isLast = true

    package init() {}
}

extension Journal {
    /// At a gateway: lets go of the bodies of some reports of which nothing was heard for `age` milliseconds of running
    /// time, and of which central has held everything for as long. Small, so that intake does not wait; uses the
    /// reserve of a full disk.
    ///
    /// A report goes as a whole or not at all, so that what is shown of one is never a part of it. Its entries' places,
    /// hashes and chain values stay, and so do their ids where this node wrote them, and the report's digest: chains
    /// verify, a retry is known, and digests agree with central's. What central cannot read, what is corrupt or lacks
    /// an entry, and what belongs to no report stays too. Pages that become free are used again by SQLite; the file
    /// does not shrink.
    ///
    /// `central`: the incarnation of central that a session has stood with for a while. Nothing goes while central is
    /// away: it may be put back from a copy meanwhile, and need what this node has.
    package func prune(keeping age: UInt64, with central: Origin) async throws(JournalError) -> PruneStep {
        let step = try await queue.write(isVital: true) { context in
            try context.prune(keeping: Int64(clamping: age), with: central)
        }
        metrics.pruned.increment(by: step.reports)
        return step
    }
}

extension WriteContext {
    fileprivate mutating func prune(keeping age: Int64, with central: Origin) throws -> PruneStep {
        var step = PruneStep()
        let retention = memory.retention
        guard memory.role == .gateway, retention.central == central, retention.confirmed?.central == central,
            retention.runningTime - retention.since >= age
        else { return step }
        let cutoff = retention.runningTime - age
        let numbers = try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE touched <= ? ORDER BY touched, number LIMIT ?",
            arguments: [cutoff, Limits.prunedReports])
        step.isLast = numbers.count < Limits.prunedReports
        for number in numbers {
            let (rested, report) = try restingSince(number)
            guard rested <= cutoff else {
                // Comes up again when it may be old enough.
                try db.execute(sql: "UPDATE reports SET touched = ? WHERE number = ?", arguments: [rested, number])
                continue
            }
            try prune(number, report, into: &step)
            if step.entries >= Limits.prunedEntries {
                step.isLast = false
                break
            }
        }
        if step.reports > 0 {
            try db.execute(
                sql: "UPDATE retention SET entries = entries + ?, bytes = bytes + ?",
                arguments: [step.entries, step.bytes])
        }
        return step
    }

    private func prune(_ number: Int64, _ report: Report?, into step: inout PruneStep) throws {
        if let report {
            memory.hot.forget(report.id)
            // Without the bodies it could not be made any more, and the share of this node not be told.
            try db.execute(
                sql: "UPDATE reports SET digest = ?, share = ? WHERE number = ?",
                arguments: [report.digest.column, try ownShare(in: number).bytes, number])
        }
        let bytes = try Int.fetchOne(
            db, sql: "SELECT sum(length(bytes)) FROM entries WHERE report = ?", arguments: [number])
        try db.execute(sql: "UPDATE entries SET bytes = x'' WHERE report = ?", arguments: [number])
        step.entries += db.changesCount
        step.bytes += bytes ?? 0
        step.reports += 1
        try db.execute(sql: "UPDATE reports SET pruned = 1, touched = NULL WHERE number = ?", arguments: [number])
    }

    /// Since when, in running time, nothing of a report has changed and central has held all of it; now, when that
    /// cannot be said; and the report.
    private func restingSince(_ number: Int64) throws -> (since: Int64, report: Report?) {
        let now = memory.retention.runningTime
        let touched = try Int64.fetchOne(db, sql: "SELECT touched FROM reports WHERE number = ?", arguments: [number])
        var rested = touched ?? now
        var entries: [Entry] = []
        let select = try db.cachedStatement(
            sql: "SELECT entries.place, hash, bytes, unread.place AS unread FROM entries "
                + "LEFT JOIN unread ON unread.place = entries.place WHERE report = ?")
        for row in try Row.fetchAll(select, arguments: [number]) {
            guard row.integer("unread") == nil, let entry = try open(row).entry else { return (now, nil) }
            entries.append(entry)
            guard entry.dot.origin.node == memory.own.node else { continue }
            let place = Place(rowID: row["place"])
            let mark = try Int64.fetchOne(
                db, sql: "SELECT min(running_time) FROM marks WHERE origin = ? AND seq >= ?",
                arguments: [place.origin, Int64(place.seq)])
            guard let mark else { return (now, nil) }
            rested = max(rested, mark)
        }
        guard let id = entries.first?.report else { return (now, nil) }
        let report = Report(id: id, folding: entries)
        return report.gaps.isEmpty ? (rested, report) : (now, nil)
    }
}
