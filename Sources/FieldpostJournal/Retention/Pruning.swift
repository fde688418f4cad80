import CoreMetrics
package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    /// At a gateway: deletes the bodies of some reports. Nothing new came for these reports during the last `age`
    /// milliseconds of running time, and central has held all of their entries for as long. One step is small, so that
    /// intake does not wait. It may use the reserve of a full disk.
    ///
    /// An open case stays whatever its age: people work on it, with an uplink or without. If open cases fill the disk,
    /// the stages of a full disk decide what is still taken (`DiskStage`). Of a report with a receipt, a summary stays
    /// for whoever shows it (`summarize`).
    ///
    /// A report is pruned completely or not at all, so that people never see a part of one. The places, hashes and
    /// chain values of the entries stay, also the ids of those that this node wrote, and the report's digest. So chains
    /// can be checked, retries are recognized, and digests agree with central's. Entries are not pruned if central
    /// cannot read them, if they are corrupt, if their report lacks an entry, or if they belong to no report. SQLite
    /// uses the free pages again, so the file does not shrink.
    ///
    /// `central`: the incarnation of central with which a session has been open for a while. Nothing is pruned without
    /// a session: central may be restored from a copy in the meantime, and need what this node has.
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
        try dropOldSummaries()
        let numbers = try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE touched <= ? ORDER BY touched, number LIMIT ?",
            arguments: [cutoff, Limits.prunedReports])
        step.isLast = numbers.count < Limits.prunedReports
        for number in numbers {
            guard try !isOpenCase(number) else {
                // It is examined again after a while. Its end is a change, so its time begins then.
                try db.execute(
                    sql: "UPDATE reports SET touched = ? WHERE number = ?",
                    arguments: [retention.runningTime + 1, number])
                continue
            }
            let (rested, report) = try unchangedSince(number)
            guard rested <= cutoff else {
                // It is examined again when it may be old enough.
                try db.execute(sql: "UPDATE reports SET touched = ? WHERE number = ?", arguments: [rested, number])
                continue
            }
            if let report { try summarize(report, number: number, rested: rested) }
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

    private func isOpenCase(_ number: Int64) throws -> Bool {
        let select = try db.cachedStatement(sql: "SELECT open FROM cases WHERE report = ?")
        return try Bool.fetchOne(select, arguments: [number]) ?? false
    }

    private func prune(_ number: Int64, _ report: Report?, into step: inout PruneStep) throws {
        if let report {
            memory.hot.forget(report.id)
            // Without the bodies, neither the digest nor this node's share can be computed any more.
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
        try dropCase(number)
    }

    /// Returns the running time since when nothing of a report has changed and central has held all of it, and the
    /// report. Returns the present running time if that is unknown.
    private func unchangedSince(_ number: Int64) throws -> (since: Int64, report: Report?) {
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
