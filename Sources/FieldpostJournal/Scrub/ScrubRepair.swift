import FieldpostCore
import FieldpostStore
import GRDB

/// Repairs what a scrub found. The writer examines the same rows again, because they may have changed since.
extension WriteContext {
    /// Returns how many entries are corrupt, and how many rows were repaired.
    mutating func repairEntries(after place: Int64, upTo last: Int64) throws -> (corrupt: Int, repaired: Int) {
        let found = try RowCheck(self).entries(after: place, upTo: last, bytes: .max)
        for (place, chain) in found.chains {
            try db.execute(sql: "UPDATE entries SET chain = ? WHERE place = ?", arguments: [chain.column, place.rowID])
            guard var row = memory.origins[place.origin], place.seq == row.head else { continue }
            row.chain = chain
            setOrigin(row)
        }
        for proved in found.proved { try storeAgain(proved.entry, chain: proved.chain) }
        for place in found.corrupt { try quarantine(place) }
        for place in found.unproved { try rehydrate(place) }
        return (found.corrupt.count + found.unproved.count, found.chains.count + found.proved.count)
    }

    /// Stores an entry as if it had just arrived. While its hash was wrong, it was missing from its report and from
    /// feeds.
    private mutating func storeAgain(_ row: EntryRow, chain: Hash256?) throws {
        guard let origin = memory.origins[row.place.origin]?.origin else { return }
        let entry = memory.codec.open(row.bytes, at: Dot(origin, row.place.seq))
        memory.arrivals.expect(row.place)
        try remove(row.place)
        try store([Arrival(entry: entry, place: row.place, chain: chain)])
    }

    /// Marks a corrupt entry, and folds its report without it.
    mutating func quarantine(_ place: Place) throws {
        memory.hot.forgetAll()
        try db.execute(
            sql: "UPDATE entries SET quarantine = ? WHERE place = ?", arguments: [Quarantine.corrupt, place.rowID])
        let number = try Int64.fetchOne(
            db, sql: "SELECT report FROM entries WHERE place = ?", arguments: [place.rowID])
        if let number { try refresh(report: number) }
    }

    /// Folds a report from its entries, and updates its row if it differs. Returns whether it did. The row of a pruned
    /// report stays: it is all that is left of the report's state.
    @discardableResult
    mutating func refresh(report number: Int64) throws -> Bool {
        guard let found = try RowCheck(self).report(number), !found.isRight else { return false }
        let wasConflict = try isConflict(number)
        defer { noteConflict(of: number, was: wasConflict, is: found.report?.isConflict ?? false) }
        // A row of `tasks` may be gone although the row of the case is right.
        try dropCase(number)
        if found.report?.gaps.isEmpty != false {
            try db.execute(sql: "DELETE FROM report_receipts WHERE report = ?", arguments: [number])
            try db.execute(sql: "UPDATE reports SET hidden = 0 WHERE number = ?", arguments: [number])
        }
        guard let report = found.report else {
            try db.execute(
                sql: """
                    UPDATE reports SET digest = x'', conflict = 0, handled = 0, hidden = 0, facts = NULL
                    WHERE number = ?
                    """,
                arguments: [number])
            return true
        }
        if try self.number(of: report.id) != number, case let kept = try settleNumber(of: report.id, at: number),
            kept != number
        {
            try refresh(report: kept)
            return true
        }
        try db.execute(
            sql: "UPDATE reports SET id = ? WHERE number = ? AND id <> ?",
            arguments: [report.id.column, number, report.id.column])
        _ = try save(report.overview, digest: found.digest, as: number)
        return true
    }
}
