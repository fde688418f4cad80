import FieldpostCore
import FieldpostStore
import Foundation
import GRDB

/// Whether the row of a report says what its entries say.
struct ReportFindings {
    /// How many entries of the report can be read.
    let entries: Int
    /// Nil if no entry can be read.
    let report: Report?
    /// The digest that the row should hold. Nil if the report is large.
    let digest: Hash256?
    let isRight: Bool
}

extension RowCheck {
    /// The numbers of the reports after one whose bodies are here, and how many of them to examine at most.
    func reports(after number: Int64, count: Int) throws -> [Int64] {
        try Int64.fetchAll(
            try db.cachedStatement(
                sql: "SELECT number FROM reports WHERE number > ? AND NOT pruned ORDER BY number LIMIT ?"),
            arguments: [number, count])
    }

    /// Folds a report from its entries, and compares its row. Returns nil if it was pruned: then its row is all that is
    /// left of its state.
    func report(_ number: Int64) throws -> ReportFindings? {
        let select = try db.cachedStatement(
            sql: """
                SELECT id, digest, conflict, channel, category, priority, grid, stage, department, pruned, handled,
                    hidden, facts
                FROM reports WHERE number = ?
                """)
        guard let row = try Row.fetchOne(select, arguments: [number]), row.integer("pruned") != 1 else { return nil }
        let entries = try readEntries(of: number)
        guard let id = entries.first?.report else {
            // Without a sound entry there is nothing to show, and nothing to compare with other nodes.
            let isRight = try row.blob("digest")?.isEmpty == true && holds(nil, row, number)
            return ReportFindings(entries: 0, report: nil, digest: nil, isRight: isRight)
        }
        let report = Report(id: id, folding: entries.filter { $0.report == id })
        let digest = entries.count <= Limits.smallReportEntries ? report.digest : nil
        let overview = report.overview
        let values = ReportQuery.fields.map { ($0, overview.fields.text(of: $0)) }
        let listed = Dictionary(values.compactMap { field, value in value.map { (field, $0) } }) { first, _ in first }
        let isRight =
            row.blob("id") == id.column && row.blob("digest") == digest?.column ?? Data(StoredDigest.stale)
            && row["conflict"] as DatabaseValue == overview.isConflict.databaseValue
            && values.allSatisfy { field, value in row[field.rawValue] as DatabaseValue == value.databaseValue }
        return try ReportFindings(
            entries: entries.count, report: report, digest: digest,
            isRight: isRight && number == self.number(of: id) && Listing.holds(listed, of: number, db)
                && holds(overview, row, number))
    }

    /// Whether lists find the case of a report as they should. After an upgrade, as long as these tables are made anew,
    /// they are not judged. `report`: nil if nothing of it can be read.
    private func holds(_ report: ReportOverview?, _ stored: Row, _ number: Int64) throws -> Bool {
        guard try db.caseTableIsWhole() else { return true }
        let row = try report.flatMap { report in
            try CaseRow(report) { version in try db.calendar(version: version, codec) }
        }
        // What an entry says that is missing here, the row keeps.
        let isPartial = report?.gaps.isEmpty == false
        let isHidden = stored.integer("hidden") == 1
        guard isHidden == (report?.isHidden == true) || isPartial && isHidden,
            try isPartial || db.holdsReceipts(report, of: number)
        else { return false }
        if let report {
            let facts = report.isHidden
                ? nil : try CaseFacts(of: report) { version in try db.calendar(version: version, codec) }
            guard stored.blob("facts") == facts.map({ Data($0.bytes) }) else { return false }
        }
        guard let report, let row else {
            return try !CaseRow.fetch(number, db).isThere && (report == nil || stored.integer("handled") == 0)
        }
        return try stored.integer("handled") == 1 && row.isStored(as: number, of: report.id, db)
    }

    private func readEntries(of number: Int64) throws -> [Entry] {
        let select = try db.cachedStatement(sql: "SELECT place, hash, bytes FROM entries WHERE report = ?")
        let rows = try Row.fetchCursor(select, arguments: [number])
        var entries: [Entry] = []
        while let row = try rows.next() {
            let held = EntryRow(row)
            let origin = try origin(held.place.origin)?.origin
            if let entry = try held.open(codec: codec, origin: { _ in origin }).entry { entries.append(entry) }
        }
        return entries
    }
}
