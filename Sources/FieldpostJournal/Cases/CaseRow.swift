import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Synchronization

extension Schema {
    /// Cases, and lists of them. `cases` and `tasks` follow from the entries of reports, `case_events` does not.
    ///
    /// A new report adds nothing to them: an index in which it had a place of its own would make each commit write more
    /// pages. Reports without a step are found by `reports_untouched`, which grows at its end.
    static let cases = """
        ALTER TABLE reports ADD COLUMN handled INTEGER NOT NULL DEFAULT 0;  -- it has a row in `cases`
        CREATE INDEX reports_untouched ON reports (number) WHERE NOT handled AND NOT pruned;
        CREATE TABLE cases (                -- reports for which somebody took a step
            report INTEGER PRIMARY KEY,     -- the number in `reports`
            open INTEGER NOT NULL,
            stage TEXT NOT NULL,            -- the one that is shown
            timer TEXT,                     -- the stage to which the next four belong; empty: the whole case
            deadline INTEGER,               -- in force; NULL while the time stands still. As the next, in milliseconds
            due_soon_from INTEGER,
            overdue_from INTEGER,
            next_event INTEGER,             -- when the next event is to be raised
            keys BLOB NOT NULL              -- its rows in `tasks`
        );
        CREATE INDEX cases_next_event ON cases (next_event) WHERE next_event IS NOT NULL;
        CREATE TABLE tasks (                -- open cases, by what they wait for
            kind INTEGER NOT NULL,          -- of `TaskKey.Kind`
            value TEXT NOT NULL,
            overdue_from INTEGER NOT NULL,  -- the greatest integer if there is no deadline
            report INTEGER NOT NULL,
            PRIMARY KEY (kind, value, overdue_from, report)
        ) WITHOUT ROWID;
        CREATE TABLE case_events (          -- at central: what was raised about deadlines
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            report BLOB NOT NULL,
            timer TEXT NOT NULL,
            kind TEXT NOT NULL,
            deadline INTEGER NOT NULL,
            raised INTEGER NOT NULL,
            UNIQUE (report, timer, kind, deadline)
        );
        ALTER TABLE identity ADD COLUMN cases_version INTEGER NOT NULL DEFAULT 0;   -- of `CaseRow.version`
        ALTER TABLE identity ADD COLUMN cases_made INTEGER NOT NULL DEFAULT 0;      -- reports up to this one have it
        """
}

/// What lists of tasks find a case by.
///
/// Two values are the same if their bytes are, as in the database.
struct TaskKey: Hashable {
    /// Numbers that are stored.
    enum Kind: Int64 {
        case all = 1
        case stage, department, person, grid, group, disputed
    }

    let kind: Kind
    let value: String

    static func == (left: TaskKey, right: TaskKey) -> Bool {
        left.kind == right.kind && left.value.utf8.elementsEqual(right.value.utf8)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        for byte in value.utf8 { hasher.combine(byte) }
    }

    /// The stored form of a list: for each key its kind, the length of its value in two bytes, and the value.
    static func encode(_ keys: [TaskKey]) -> Data {
        keys.reduce(into: Data()) { bytes, key in
            let value = key.value.utf8
            bytes.append(UInt8(key.kind.rawValue))
            bytes.append(UInt8(value.count >> 8 & 0xFF))
            bytes.append(UInt8(value.count & 0xFF))
            bytes.append(contentsOf: value)
        }
    }

    /// Stops where the bytes make no sense.
    static func decode(_ bytes: Data) -> [TaskKey] {
        var keys: [TaskKey] = []
        var rest = bytes[...]
        while rest.count >= 3 {
            let head = Array(rest.prefix(3))
            let count = Int(head[1]) << 8 | Int(head[2])
            rest = rest.dropFirst(3)
            guard let kind = Kind(rawValue: Int64(head[0])), rest.count >= count,
                let value = String(validating: rest.prefix(count), as: UTF8.self)
            else { break }
            keys.append(TaskKey(kind: kind, value: value))
            rest = rest.dropFirst(count)
        }
        return keys
    }
}

/// A row of `cases`, without `next_event`, which also depends on the events that were raised.
struct CaseRow: Equatable {
    /// When rows, or the facts of cases, come to mean something else, this grows, and all are made anew.
    static let version = 2

    let isOpen: Bool
    let stage: String
    let deadline: CaseDeadline?
    let keys: [TaskKey]

    /// Nil if nobody took a step. `calendar`: those that cases name, by version.
    init?(_ report: ReportOverview, _ calendar: (_ version: String) throws -> WorkCalendar?) rethrows {
        guard let summary = report.summary else { return nil }
        // One that its reporter took back waits for nobody.
        isOpen = summary.isOpen && !report.isHidden
        stage = summary.stage
        deadline = report.isHidden ? nil : try summary.deadline(calendar)
        guard isOpen else {
            keys = []
            return
        }
        var keys = [TaskKey(kind: .all, value: "")]
        keys += summary.stages.map { TaskKey(kind: .stage, value: $0) }
        keys += summary.departments.map { TaskKey(kind: .department, value: $0) }
        keys += summary.assignees.map { TaskKey(kind: .person, value: $0) }
        keys += summary.groups.map { TaskKey(kind: .group, value: $0.rawValue) }
        if let grid = report.fields.text(of: .grid) { keys.append(TaskKey(kind: .grid, value: grid)) }
        if report.isDisputed { keys.append(TaskKey(kind: .disputed, value: "")) }
        // A text that fits no key cannot be asked for either.
        self.keys = keys.filter { $0.value.utf8.count <= Limits.shortTextBytes }
    }

    /// Nil if the row is corrupt.
    init?(_ row: Row) {
        guard let open = row.integer("open"), let stage = row.text("stage"), let keys = row.blob("keys") else {
            return nil
        }
        isOpen = open == 1
        self.stage = stage
        self.keys = TaskKey.decode(keys)
        if let timer = row.text("timer"), let at = row.integer("deadline"), let soon = row.integer("due_soon_from"),
            let late = row.integer("overdue_from")
        {
            deadline = CaseDeadline(stage: timer, at: at, dueSoonFrom: soon, overdueFrom: late)
        } else {
            deadline = nil
        }
    }

    /// Where lists of tasks have it.
    var order: Int64 { deadline?.overdueFrom ?? .max }

    static func fetch(_ number: Int64, _ db: Database) throws -> (row: CaseRow?, nextEvent: Int64?, isThere: Bool) {
        let select = try db.cachedStatement(
            sql: """
                SELECT open, stage, timer, deadline, due_soon_from, overdue_from, next_event, keys FROM cases
                WHERE report = ?
                """)
        guard let row = try Row.fetchOne(select, arguments: [number]) else { return (nil, nil, false) }
        return (CaseRow(row), row.integer("next_event"), true)
    }

    /// When the next event of the deadline is to be raised. Nil if all were.
    func nextEvent(of report: ReportID, _ db: Database) throws -> Int64? {
        try unraised(of: report, db).map(\.at).min()
    }

    /// The events of the deadline that were not raised yet, each with its moment, the earlier one first.
    func unraised(of report: ReportID, _ db: Database) throws -> [(kind: CaseEvent.Kind, at: Int64)] {
        guard let deadline else { return [] }
        let find = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM case_events WHERE report = ? AND timer = ? AND kind = ? AND deadline = ?)
                """)
        return try [(CaseEvent.Kind.dueSoon, deadline.dueSoonFrom), (.overdue, deadline.overdueFrom)].filter {
            kind, _ in
            try Bool.fetchOne(find, arguments: [report.column, deadline.stage, kind.rawValue, deadline.at]) != true
        }
    }

    /// Whether the tables say this of a report.
    func isStored(as number: Int64, of report: ReportID, _ db: Database) throws -> Bool {
        let stored = try Self.fetch(number, db)
        guard stored.row == self, try stored.nextEvent == nextEvent(of: report, db) else { return false }
        let find = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM tasks WHERE kind = ? AND value = ? AND overdue_from = ? AND report = ?)
                """)
        return try keys.allSatisfy { key in
            try Bool.fetchOne(find, arguments: [key.kind.rawValue, key.value, order, number]) ?? false
        }
    }
}

/// Calendars of central that cases named, so that the writer need not read them for each entry. None ever changes.
final class KnownCalendars: Sendable {
    private let known = Mutex<[String: WorkCalendar]>([:])

    /// The calendar of a version, as `read` finds it if it is not known yet.
    func find(_ version: String, _ read: () throws -> WorkCalendar?) rethrows -> WorkCalendar? {
        if let calendar = known.withLock({ $0[version] }) { return calendar }
        guard let calendar = try read() else { return nil }
        known.withLock { known in
            if known.count >= Limits.olderCalendars { known = [:] }
            known[version] = calendar
        }
        return calendar
    }
}

extension WriteContext {
    /// Writes what lists find the case of a report by. Costs a lookup if nothing changed, and nothing for a new report
    /// without a step. `isNew`: the report has no rows yet.
    func saveCase(_ report: ReportOverview, number: Int64, isNew: Bool) throws {
        let row = try CaseRow(report) { version in
            try memory.calendars.find(version) { try db.calendar(version: version, memory.codec) }
        }
        guard row != nil || !isNew else { return }
        let stored = isNew ? (row: nil, nextEvent: nil, isThere: false) : try CaseRow.fetch(number, db)
        if stored.isThere, stored.row == nil { try dropCase(number) }
        guard let row else {
            if stored.isThere { try dropCase(number) }
            return
        }
        let event = try row.nextEvent(of: report.id, db)
        guard stored.row != row || stored.nextEvent != event else { return }
        if let before = stored.row {
            let kept = before.order == row.order ? Set(row.keys) : []
            try dropTasks(before.keys.filter { !kept.contains($0) }, at: before.order, of: number)
        }
        let add = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO tasks (kind, value, overdue_from, report) VALUES (?, ?, ?, ?)")
        for key in row.keys { try add.execute(arguments: [key.kind.rawValue, key.value, row.order, number]) }
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO cases (report, open, stage, timer, deadline, due_soon_from, overdue_from,
                    next_event, keys)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            number, row.isOpen, row.stage, row.deadline?.stage, row.deadline?.at, row.deadline?.dueSoonFrom,
            row.deadline?.overdueFrom, event, TaskKey.encode(row.keys),
        ])
    }

    /// Removes the rows of a case: the report has no step any more, or its bodies are gone.
    func dropCase(_ number: Int64) throws {
        let stored = try CaseRow.fetch(number, db)
        guard stored.isThere else { return }
        if let row = stored.row {
            try dropTasks(row.keys, at: row.order, of: number)
        } else {
            // The row is corrupt, so nothing says where the others are.
            try db.execute(sql: "DELETE FROM tasks WHERE report = ?", arguments: [number])
        }
        try db.cachedStatement(sql: "DELETE FROM cases WHERE report = ?").execute(arguments: [number])
    }

    private func dropTasks(_ keys: [TaskKey], at order: Int64, of number: Int64) throws {
        let delete = try db.cachedStatement(
            sql: "DELETE FROM tasks WHERE kind = ? AND value = ? AND overdue_from = ? AND report = ?")
        for key in keys { try delete.execute(arguments: [key.kind.rawValue, key.value, order, number]) }
    }
}
