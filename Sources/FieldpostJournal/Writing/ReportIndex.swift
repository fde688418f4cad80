import FieldpostCore
package import FieldpostStore
import GRDB
import Synchronization

/// Finds the numbers of reports by their ids.
///
/// Ids are random. In one ordinary index, each new id would change a page of its own, and SQLite writes a page twice
/// (log and checkpoint). So ids are written late and in order, as in a log-structured merge tree (O'Neil, Cheng,
/// Gawlick, O'Neil: The Log-Structured Merge-Tree, 1996). There are three levels:
///
/// - Level 0 is here in memory. It holds the ids of the last reports, which opening reads from `reports` again.
/// - Level 1 is the table `report_ids_1`. When level 0 is full, its ids are written there in order.
/// - Level 2 is the table `report_ids_2`. When level 1 is full, ids move there in order.
///
/// Each commit that adds n reports writes and moves at most 2n ids, so no commit waits for a large step. A lower level
/// wins over a higher one.
///
/// The writer changes it. Readers look here first, and only then begin to read the database: an id leaves level 0 only
/// after the commit that wrote it to level 1.
final class ReportIndex: Sendable {
    /// How many ids levels 0 and 1 hold before they are emptied.
    struct Sizes: Hashable, Sendable {
        var memory = Limits.recentReportIDs
        var first = Limits.firstLevelReportIDs
    }

    fileprivate struct Contents {
        var recent: [ReportID: Int64] = [:]
        /// Added by the running transaction.
        var unsettled: [ReportID] = []
        /// The running transaction took all of level 0 into the run.
        var tookAll = false
        /// The part of level 0 that is being written to level 1, in order.
        var run: [(id: ReportID, number: Int64)] = []
        var inRun: [ReportID: Int64] = [:]
        var written = Steps()
        /// `written` as the running transaction leaves it.
        var writing = Steps()
    }

    /// How far ids were written and moved.
    fileprivate struct Steps {
        /// Of the run.
        var ofRun = 0
        /// The ids in level 1. It may be too large after a crash, which does no harm.
        var inFirst = 0
        /// The last id that moved to level 2. The next one is the first after it.
        var moved = ReportID.none
        /// How many ids were moved since the last time that the order began from the start.
        var movedInTurn = 0
    }

    private let sizes: Sizes
    private let contents = Mutex(Contents())

    /// Empty, for a new journal.
    init(sizes: Sizes = Sizes()) { self.sizes = sizes }

    /// Reads the ids that are in no table yet.
    init(_ db: Database, sizes: Sizes) throws {
        self.sizes = sizes
        let state = try Row.fetchOne(db, sql: "SELECT ids_written, ids_first FROM identity")
        let rows = try Row.fetchCursor(
            db, sql: "SELECT id, number FROM reports WHERE number > ?", arguments: [state?.integer("ids_written") ?? 0])
        var recent: [ReportID: Int64] = [:]
        while let row = try rows.next() {
            guard let id = row.blob("id").flatMap({ ReportID(bytes: $0) }) else { continue }
            recent[id] = row["number"]
        }
        contents.withLock {
            $0.recent = recent
            $0.written.inFirst = Int(clamping: state?.integer("ids_first") ?? 0)
            $0.writing = $0.written
        }
    }

    /// The number of a report whose id is in no table yet. The transaction that added it may still run.
    func recent(_ id: ReportID) -> Int64? {
        contents.withLock { $0.recent[id] ?? $0.inRun[id] }
    }

    /// Those in a range, at most `limit` of each part of level 0. As for `recent(_:)`.
    func recent(in range: ClosedRange<ReportID>, limit: Int) -> [(id: ReportID, number: Int64)] {
        contents.withLock { contents in
            [contents.recent, contents.inRun].flatMap { level in
                level.lazy.filter { range.contains($0.key) }.prefix(limit).map { ($0.key, $0.value) }
            }
        }
    }

    /// The number of a report. Nil if the journal holds nothing of it.
    func number(of id: ReportID, in db: Database) throws -> Int64? {
        try recent(id) ?? db.indexedNumber(of: id)
    }

    func add(_ id: ReportID, number: Int64) {
        contents.withLock { contents in
            contents.recent[id] = number
            contents.unsettled.append(id)
        }
    }

    /// The number of ids that the running transaction has added: the mark for `rollBack(to:)`.
    var mark: Int { contents.withLock { $0.unsettled.count } }

    /// A part of the transaction was undone: forgets the ids that it added after a mark.
    func rollBack(to mark: Int) {
        contents.withLock { contents in
            for id in contents.unsettled[mark...] { contents.recent[id] = nil }
            contents.unsettled.removeSubrange(mark...)
        }
    }

    /// The transaction was undone.
    func rollBack() {
        contents.withLock { contents in
            contents.writing = contents.written
            guard contents.tookAll else { return }
            contents.recent.merge(contents.inRun) { recent, _ in recent }
            contents.endRun()
        }
        rollBack(to: 0)
    }

    /// The transaction was committed.
    func settle() {
        contents.withLock { contents in
            (contents.unsettled, contents.tookAll) = ([], false)
            contents.written = contents.writing
            if contents.written.ofRun == contents.run.count { contents.endRun() }
            if contents.run.isEmpty, contents.recent.count >= sizes.memory { contents.beginRun() }
        }
    }

    /// Writes the share of this transaction: twice as many ids as it added. `all`: all of level 0. `movingAll`: then
    /// all of level 1 too.
    func write(to db: Database, all: Bool = false, movingAll: Bool = false) throws {
        let (count, run, steps) = contents.withLock { contents in
            if all, contents.run.isEmpty {
                contents.beginRun()
                contents.tookAll = true
            }
            let count = all ? Int.max / 2 : 2 * contents.unsettled.count
            return (count, contents.run[contents.writing.ofRun...].prefix(count), contents.writing)
        }
        guard count > 0 else { return }
        var next = steps
        if !run.isEmpty {
            for (id, number) in run { try db.writeID(id, number: number) }
            next.ofRun += run.count
            next.inFirst += run.count
        }
        if movingAll || next.inFirst > sizes.first { try move(min(count, next.inFirst), in: db, &next) }
        let isWhole = contents.withLock { contents in
            contents.writing = next
            return !run.isEmpty && next.ofRun == contents.run.count ? contents.run.map(\.number).max() : nil
        }
        if let top = isWhole {
            try db.execute(
                sql: "UPDATE identity SET ids_written = max(ids_written, ?), ids_first = ?",
                arguments: [top, next.inFirst])
        }
    }

    /// Moves the next ids of level 1 to level 2.
    private func move(_ count: Int, in db: Database, _ steps: inout Steps) throws {
        let select = try db.cachedStatement(
            sql: "SELECT id, number FROM report_ids_1 WHERE id > ? ORDER BY id LIMIT ?")
        let rows = try Row.fetchAll(select, arguments: [steps.moved.column, count])
        var last: ReportID?
        for row in rows {
            guard let id = row.blob("id").flatMap({ ReportID(bytes: $0) }), let number = row.integer("number") else {
                continue
            }
            let insert = try db.raw("INSERT OR REPLACE INTO report_ids_2 (id, number) VALUES (?, ?)")
            insert.bind(id, at: 1)
            insert.bind(number, at: 2)
            try insert.run()
            last = id
        }
        if let last {
            try db.cachedStatement(sql: "DELETE FROM report_ids_1 WHERE id > ? AND id <= ?")
                .execute(arguments: [steps.moved.column, last.column])
        }
        steps.movedInTurn += rows.count
        steps.inFirst -= rows.count
        steps.moved = last ?? .none
        guard rows.count < count else { return }
        // The end of the order. If nothing at all was found since its start, the count was wrong.
        if steps.movedInTurn == 0 { steps.inFirst = 0 }
        (steps.moved, steps.movedInTurn) = (.none, 0)
    }
}

extension ReportIndex.Contents {
    fileprivate mutating func beginRun() {
        run = recent.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        inRun = recent
        recent = [:]
        written.ofRun = 0
        writing.ofRun = 0
    }

    fileprivate mutating func endRun() {
        (run, inRun, tookAll) = ([], [:], false)
        written.ofRun = 0
        writing.ofRun = 0
    }
}

extension Database {
    /// The number of a report whose id is in a table: level 1, then level 2.
    func indexedNumber(of id: ReportID) throws -> Int64? {
        for level in ["SELECT number FROM report_ids_1 WHERE id = ?", "SELECT number FROM report_ids_2 WHERE id = ?"] {
            let find = try raw(level)
            find.bind(id, at: 1)
            if let number = try find.integer() { return number }
        }
        return nil
    }

    /// Whether a row of `reports` has this number and this id. False only if the index is corrupt.
    func isNumber(_ number: Int64, of id: ReportID) throws -> Bool {
        let find = try raw("SELECT 1 FROM reports WHERE number = ? AND id = ?")
        find.bind(number, at: 1)
        find.bind(id, at: 2)
        return try find.integer() == 1
    }

    func writeID(_ id: ReportID, number: Int64) throws {
        let insert = try raw("INSERT OR REPLACE INTO report_ids_1 (id, number) VALUES (?, ?)")
        insert.bind(id, at: 1)
        insert.bind(number, at: 2)
        try insert.run()
    }
}

extension WriteContext {
    /// The number of a report. Nil if the journal holds nothing of it.
    func number(of report: ReportID) throws -> Int64? {
        try memory.reportIndex.number(of: report, in: db)
    }

    /// Makes the index agree with a report's row. Returns the number under which the report is kept: another one if
    /// it had two rows. (A corrupt index hides a report, so that its next entry makes a second row.)
    func settleNumber(of id: ReportID, at number: Int64) throws -> Int64 {
        guard let found = try self.number(of: id), found != number else {
            try db.writeID(id, number: number)
            return number
        }
        guard try db.isNumber(found, of: id) else {
            try db.writeID(id, number: number)
            return number
        }
        memory.hot.forget(id)
        try db.execute(sql: "UPDATE entries SET report = ? WHERE report = ?", arguments: [found, number])
        try db.execute(sql: "UPDATE OR IGNORE named SET report = ? WHERE report = ?", arguments: [found, number])
        try db.execute(sql: "DELETE FROM named WHERE report = ?", arguments: [number])
        try db.execute(sql: "UPDATE feed SET withdrawn = ? WHERE withdrawn = ?", arguments: [found, number])
        // The row stays, so that its number is not used again.
        try db.execute(
            sql: "UPDATE reports SET id = x'', digest = x'', conflict = 0, touched = NULL WHERE number = ?",
            arguments: [number])
        return found
    }

    /// The place of this node's entry with an id. Nil if it wrote none.
    func place(of id: EntryID) throws -> Place? {
        if let place = try keyedPlace(of: id) { return place }
        guard let number = try number(of: ReportID(id.value)) else { return nil }
        let created = try db.raw("SELECT created FROM reports WHERE number = ? AND id = ?")
        created.bind(number, at: 1)
        created.bind(id, at: 2)
        return try created.integer().map(Place.init(rowID:))
    }

    /// The same, for an id that is not also the id of a report here.
    func keyedPlace(of id: EntryID) throws -> Place? {
        let find = try db.raw("SELECT place FROM keys WHERE id = ?")
        find.bind(id, at: 1)
        return try find.integer().map(Place.init(rowID:))
    }
}

extension Journal {
    /// Reads the database with the number of a report. `body` gets nil if the journal holds nothing of it.
    func read<Value: Sendable>(
        report id: ReportID, _ body: @escaping @Sendable (Database, Int64?) throws -> Value
    ) async throws(JournalError) -> Value {
        let recent = queue.reportIndex.recent(id)
        return try await read { db in
            // The transaction that added a recent id may have been undone, and the number given to another report.
            let number = try recent ?? db.indexedNumber(of: id)
            return try body(db, number.flatMap { try db.isNumber($0, of: id) ? $0 : nil })
        }
    }

    /// Writes all ids of level 0 to level 1, and then to level 2 if `movingAll` is set. Not needed for durability.
    package func writeReportIDs(movingAll: Bool = false) async throws(JournalError) {
        // The first call may only end a run that has begun.
        for _ in 0..<2 {
            try await queue.write { context in
                try context.memory.reportIndex.write(to: context.db, all: true, movingAll: movingAll)
            }
        }
    }
}
