import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

/// Events about deadlines. What is to be raised follows from the deadlines (`CaseRow.nextEvent`), and what was raised
/// is kept in `case_events`. So a restart or a wrong clock neither repeats nor loses one, and an extension, which
/// makes another deadline, gets events of its own.
extension Journal {
    package func nextCaseEvent() async throws(JournalError) -> Int64? {
        try await read { db in
            try Int64.fetchOne(
                db, sql: "SELECT next_event FROM cases WHERE next_event IS NOT NULL ORDER BY next_event LIMIT 1")
        }
    }

    package func raiseCaseEvents(now: Int64) async throws(JournalError) -> Int {
        try await queue.write { context in try context.raiseCaseEvents(now: now) }
    }

    package func caseEvents(after number: Int64, limit: Int) async throws(JournalError) -> [CaseEvent] {
        try await read { db in try db.caseEvents(after: number, limit: limit) }
    }
}

extension Database {
    func caseEvents(after number: Int64, limit: Int) throws -> [CaseEvent] {
        let select = try cachedStatement(
            sql: """
                SELECT number, report, timer, kind, deadline, raised FROM case_events WHERE number > ?
                ORDER BY number LIMIT ?
                """)
        return try Row.fetchAll(select, arguments: [number, limit]).compactMap(CaseEvent.init)
    }
}

extension WriteContext {
    fileprivate mutating func raiseCaseEvents(now: Int64) throws -> Int {
        let due = try Int64.fetchAll(
            db, sql: "SELECT report FROM cases WHERE next_event <= ? ORDER BY next_event, report LIMIT ?",
            arguments: [now, Limits.raisedEvents / 2])
        var count = 0
        let raise = try db.cachedStatement(
            sql: "INSERT INTO case_events (report, timer, kind, deadline, raised) VALUES (?, ?, ?, ?, ?)")
        for number in due {
            let find = try db.cachedStatement(sql: "SELECT id FROM reports WHERE number = ?")
            guard let row = try CaseRow.fetch(number, db).row, let deadline = row.deadline,
                let id = try Row.fetchOne(find, arguments: [number])?.blob("id").flatMap({ ReportID(bytes: $0) })
            else {
                // The row is corrupt. The scrub makes it anew.
                try db.execute(sql: "UPDATE cases SET next_event = NULL WHERE report = ?", arguments: [number])
                continue
            }
            for (kind, at) in try row.unraised(of: id, db) where at <= now {
                try raise.execute(arguments: [id.column, deadline.stage, kind.rawValue, deadline.at, now])
                memory.arrivals.noteDeadline(db.lastInsertedRowID, of: number)
                count += 1
            }
            try db.execute(
                sql: "UPDATE cases SET next_event = ? WHERE report = ?",
                arguments: [row.nextEvent(of: id, db), number])
        }
        return count
    }
}

extension CaseEvent {
    /// Nil if the row is corrupt.
    fileprivate init?(_ row: Row) {
        guard let number = row.integer("number"), let kind = row.text("kind").flatMap(Kind.init(rawValue:)),
            let report = row.blob("report").flatMap({ ReportID(bytes: $0) }), let timer = row.text("timer"),
            let deadline = row.integer("deadline"), let raised = row.integer("raised")
        else { return nil }
        self.init(number: number, kind: kind, report: report, stage: timer, deadline: deadline, raisedAt: raised)
    }
}

extension Journal {
    package func rebuildCases() async throws(JournalError) -> Bool {
        let isWhole = try await read { db in try db.caseTableIsWhole() }
        return isWhole ? false : try await queue.write { context in try context.rebuildCases() }
    }
}

extension WriteContext {
    /// Makes the rows of some cases anew: they are of an earlier version, or there are none. Remembers how far it came,
    /// so that the next process goes on. Returns whether more are left.
    fileprivate func rebuildCases() throws -> Bool {
        let done = try Int64.fetchOne(db, sql: "SELECT cases_made FROM identity") ?? 0
        let numbers = try Int64.fetchAll(
            db, sql: "SELECT number FROM reports WHERE number > ? AND NOT pruned ORDER BY number LIMIT ?",
            arguments: [done, Limits.rebuiltCases])
        let mark = try db.cachedStatement(
            sql: "UPDATE reports SET handled = ?, hidden = max(hidden, ?), facts = ? WHERE number = ?")
        let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
        var last: Int64?
        for number in numbers where last == nil || ContinuousClock.now < end {
            last = number
            let entries = try readEntries(of: number)
            guard let id = entries.first?.entry.report else { continue }
            let report = Report(id: id, folding: entries.map(\.entry)).overview
            try dropCase(number)
            try mark.execute(
                arguments: [report.summary != nil, report.isHidden, facts(of: report).map { Data($0) }, number])
            try saveCase(report, number: number, isNew: false)
            try saveReceipts(report, number: number, isNew: false)
        }
        guard let last else {
            try db.execute(sql: "UPDATE identity SET cases_version = ?, cases_made = 0", arguments: [CaseRow.version])
            return false
        }
        try db.execute(sql: "UPDATE identity SET cases_made = ?", arguments: [last])
        return true
    }
}
