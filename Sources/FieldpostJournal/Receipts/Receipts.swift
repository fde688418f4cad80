package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    package func receipt(_ hash: Hash256) async throws(JournalError) -> FoundReceipt? {
        try await read { [codec] db in
            let select = try db.cachedStatement(
                sql: """
                    SELECT reports.number, reports.id, pruned, summary FROM report_receipts
                    JOIN reports ON reports.number = report_receipts.report
                    LEFT JOIN receipt_summaries ON receipt_summaries.report = reports.number
                    WHERE hash = ? ORDER BY report_receipts.report LIMIT ?
                    """)
            for row in try Row.fetchAll(select, arguments: [hash.column, Limits.reportsOfReceipt]) {
                guard let number = row.integer("number") else { continue }
                if row.integer("pruned") == 1 {
                    guard let id = row.blob("id").flatMap({ ReportID(bytes: $0) }) else { continue }
                    return row.blob("summary").flatMap { ReceiptSummary(stored: $0, id: id) }.map { .summary($0) }
                        ?? .gone(id)
                }
                // A corrupt row may name a report that has another receipt.
                let report = try db.report(number: number, codec: codec)
                if let report, report.fields.openers.contains(hash) { return .report(report) }
                // The entry that has the receipt is on its way back from central.
                if let report, let bytes = row.blob("summary"),
                    let summary = ReceiptSummary(stored: bytes, id: report.id)
                {
                    return .summary(summary)
                }
            }
            return nil
        }
    }

    package func summary(of id: ReportID) async throws(JournalError) -> ReceiptSummary? {
        try await read(report: id) { db, number in
            try Data.fetchOne(
                db, sql: "SELECT summary FROM receipt_summaries WHERE report = ?", arguments: [number]
            ).flatMap { ReceiptSummary(stored: $0, id: id) }
        }
    }

    package func isAtCentral(_ version: ReportVersion) async throws(JournalError) -> Bool {
        guard role == .gateway else { return true }
        return try await read { [node = origin.node] db in
            try db.originRows(of: node).allSatisfy { version.context[$0.origin] <= $0.receipt }
        }
    }

    package func isHidden(_ id: ReportID) async throws(JournalError) -> Bool {
        try await read(report: id) { db, number in
            try Bool.fetchOne(db, sql: "SELECT hidden FROM reports WHERE number = ?", arguments: [number]) ?? false
        }
    }
}

extension WriteContext {
    /// Writes by which receipts a report is found. Costs nothing for a report without one.
    func saveReceipts(_ report: ReportOverview, number: Int64, isNew: Bool) throws {
        guard report.fields[.receipt] != nil || report.fields.followerCount > 0 else { return }
        let hashes = report.fields.openers
        if !isNew {
            if report.gaps.isEmpty { try dropSummary(of: number) }
            guard try !db.receipts(of: number).elementsEqual(hashes.sortedBytes) else { return }
            try db.cachedStatement(sql: "DELETE FROM report_receipts WHERE report = ?").execute(arguments: [number])
        }
        let add = try db.cachedStatement(sql: "INSERT OR IGNORE INTO report_receipts (report, hash) VALUES (?, ?)")
        for hash in hashes { try add.execute(arguments: [number, hash.column]) }
    }

    /// Keeps what the holder of a receipt may still ask for once the bodies are pruned. `rested`: the running time
    /// since when nothing of the report has changed.
    func summarize(_ report: Report, number: Int64, rested: Int64) throws {
        guard !report.fields.openers.isEmpty else { return }
        let shown = try PublicReport(of: report, now: 0) { version in
            try memory.calendars.find(version) { try db.calendar(version: version, memory.codec) }
        }
        let isEnded = !shown.isOpen || shown.isHidden
        let ends = rested + (isEnded ? Limits.reopeningMilliseconds : Limits.untouchedSummaryMilliseconds)
        guard ends > memory.retention.runningTime else { return }
        let summary = ReceiptSummary(
            id: report.id, report: shown, version: report.version, receipts: Set(report.fields.receipts))
        try db.execute(
            sql: "INSERT OR REPLACE INTO receipt_summaries (report, summary, ends) VALUES (?, ?, ?)",
            arguments: [number, try summary.stored(), ends])
    }

    /// The time of these is over.
    func dropOldSummaries() throws {
        try db.execute(
            sql: "DELETE FROM receipt_summaries WHERE ends <= ?", arguments: [memory.retention.runningTime])
    }

    func dropSummary(of number: Int64) throws {
        try db.cachedStatement(sql: "DELETE FROM receipt_summaries WHERE report = ?").execute(arguments: [number])
    }
}

extension Database {
    /// In the order of their bytes.
    fileprivate func receipts(of number: Int64) throws -> [Hash256] {
        let select = try cachedStatement(sql: "SELECT hash FROM report_receipts WHERE report = ? ORDER BY hash")
        return try Data.fetchAll(select, arguments: [number]).compactMap { Hash256(bytes: $0) }
    }

    /// Whether the tables say this of a report.
    func holdsReceipts(_ report: ReportOverview?, of number: Int64) throws -> Bool {
        try receipts(of: number).elementsEqual((report?.fields.openers ?? []).sortedBytes)
    }
}

extension [Hash256] {
    fileprivate var sortedBytes: [Hash256] { Set(self).sorted() }
}

extension ReceiptSummary {
    /// The stored form.
    private struct Stored: Codable {
        struct Seen: Codable {
            let node: String
            let incarnation: String
            let seq: UInt64
        }

        let report: PublicReport
        let seen: [Seen]
        let depth: UInt64
        /// In hexadecimal digits. Older summaries lack it.
        let receipts: [String]?
    }

    /// Nil if the bytes are corrupt.
    init?(stored bytes: Data, id: ReportID) {
        guard let stored = try? JSONDecoder().decode(Stored.self, from: bytes) else { return nil }
        let pairs = stored.seen.compactMap { seen -> (Origin, UInt64)? in
            guard let node = NodeID(hex: seen.node), let incarnation = Incarnation(text: seen.incarnation) else {
                return nil
            }
            return (Origin(node: node, incarnation: incarnation), seen.seq)
        }
        let version = ReportVersion(context: VersionVector(pairs), depth: stored.depth)
        self.init(
            id: id, report: stored.report, version: version,
            receipts: stored.receipts.map { Set($0.compactMap { Hash256(hex: $0) }) })
    }

    /// At most `Limits.receiptSummaryBytes`: what is too much is left out.
    func stored() throws -> Data {
        let seen = version.context.pairs.map {
            Stored.Seen(node: $0.origin.node.description, incarnation: "\($0.origin.incarnation)", seq: $0.seq)
        }
        var shown = report
        // Encoding again for each word that is left out would take long.
        while shown.byteCount > Limits.receiptSummaryBytes, let shorter = shown.shorter { shown = shorter }
        while true {
            let bytes = try JSONEncoder().encode(
                Stored(report: shown, seen: seen, depth: version.depth, receipts: receipts?.map(\.hex)))
            guard bytes.count > Limits.receiptSummaryBytes, let shorter = shown.shorter else { return bytes }
            shown = shorter
        }
    }
}
