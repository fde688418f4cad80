import FieldpostCore
import GRDB

extension Schema {
    /// In which order things happened here. The rows of `entries` stand in the order of their authors, so they cannot
    /// say it. One row is a whole run, so it costs a commit little. Rows are never changed or deleted.
    ///
    /// Entries that came before this table get an order too: that of their places.
    static let changes = """
        CREATE TABLE changes (
            position INTEGER PRIMARY KEY,   -- of the first one; counts up
            place INTEGER NOT NULL,         -- of the first entry of a run; negative: an event (`ArrivalLog.Event`)
            count INTEGER NOT NULL          -- of entries; of an event: the number of its report
        );
        CREATE TABLE changes_gone (         -- what was told of these places before a position has left them
            first INTEGER NOT NULL,         -- of the places
            last INTEGER NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (first, last)
        ) WITHOUT ROWID;
        WITH beyond (place) AS (
            SELECT entries.place FROM origins JOIN entries ON entries.place > (origins.number << 40 | origins.head)
                AND entries.place <= (origins.number << 40 | \(Limits.seq))
        ), islands (place, island) AS (
            SELECT place, place - row_number() OVER (ORDER BY place) FROM beyond
        ), runs (place, count) AS (
            SELECT number << 40 | 1, head FROM origins WHERE head > 0
            UNION ALL SELECT min(place), count(*) FROM islands GROUP BY island
        )
        INSERT INTO changes (position, place, count)
        SELECT 1 + sum(count) OVER (ORDER BY place) - count, place, count FROM runs ORDER BY place;
        """
}

/// What the running transaction adds to `changes`. It is undone with the memory of the writer.
struct ArrivalLog: Sendable {
    /// What happened beside the arrival of entries. Numbers that are stored.
    enum Event: Int64 {
        /// A report shows two values of a field side by side since the entry before. `count`: its number.
        case conflictBegan = -1
        case conflictEnded = -2
        /// The bodies of entries are back that were corrupt or pruned. `count`: the number of their report.
        case restored = -3
    }

    struct Row: Hashable, Sendable {
        let position: Int64
        let place: Int64
        var count: Int64

        /// How many positions it takes: at least one, whatever a corrupt row says.
        var width: Int64 { place < 0 ? 1 : min(max(count, 1), Int64(Limits.seq)) }

        /// The position after it.
        var end: Int64 { position.saturatingAdd(width) }

        /// The number in `case_events` of a deadline that came near or passed. `count`: the number of its report.
        var deadline: Int64? { place < ArrivalLog.deadlines ? ArrivalLog.deadlines - place : nil }
    }

    /// Below this, the event is that of a deadline.
    private static let deadlines: Int64 = -100
    /// A row beyond this is corrupt: no journal gets there.
    private static let lastPosition: Int64 = 1 << 60

    /// The position of whatever comes next.
    private(set) var next: Int64 = 1
    private var rows: [Row] = []
    /// Places of entries that are stored again: they were announced when they first came.
    private var returning: Set<Int64> = []

    init() {}

    init(_ db: Database) throws {
        guard
            let last = try Self.rows(
                db, sql: "SELECT position, place, count FROM changes WHERE position < 1 << 60 ORDER BY position DESC", 1
            ).first
        else { return }
        next = last.end
    }

    /// The entry at this place leaves it, and the same entry is stored there again.
    mutating func expect(_ place: Place) { returning.insert(place.rowID) }

    func expects(_ place: Place) -> Bool { returning.contains(place.rowID) }

    mutating func note(_ place: Place, of report: Int64?) {
        guard returning.isEmpty || returning.remove(place.rowID) == nil else {
            if let report { note(.restored, of: report) }
            return
        }
        if let last = rows.indices.last, rows[last].place > 0, rows[last].place + rows[last].count == place.rowID {
            rows[last].count += 1
            next += 1
        } else {
            add(Row(position: next, place: place.rowID, count: 1))
        }
    }

    mutating func note(_ event: Event, of number: Int64) {
        let row = Row(position: next, place: event.rawValue, count: number)
        // A report that comes back has many entries.
        if event == .restored, let last = rows.last, last.place == row.place, last.count == row.count { return }
        add(row)
    }

    mutating func noteDeadline(_ event: Int64, of number: Int64) {
        add(Row(position: next, place: Self.deadlines - event, count: number))
    }

    private mutating func add(_ row: Row) {
        rows.append(row)
        next += 1
    }

    /// Writes the rows, before the commit.
    mutating func write(to db: Database) throws {
        returning = []
        guard !rows.isEmpty else { return }
        let insert = try db.raw("INSERT INTO changes (position, place, count) VALUES (?, ?, ?)")
        for row in rows {
            insert.bind(row.position, at: 1)
            insert.bind(row.place, at: 2)
            insert.bind(row.count, at: 3)
            try insert.run()
        }
        rows = []
    }

    /// The rows from the one that holds a position on, at most `limit`.
    static func rows(from position: Int64, limit: Int, _ db: Database) throws -> [Row] {
        let sql = """
            SELECT position, place, count FROM changes
            WHERE position >= coalesce((SELECT max(position) FROM changes WHERE position <= ?), 0) ORDER BY position
            """
        let position = min(position, lastPosition)
        return try rows(db, sql: sql, limit, [position]).filter { $0.end > position }
    }

    private static func rows(
        _ db: Database, sql: String, _ limit: Int, _ arguments: StatementArguments = []
    ) throws -> [Row] {
        let select = try db.cachedStatement(sql: sql + " LIMIT ?")
        return try GRDB.Row.fetchAll(select, arguments: arguments + [limit]).compactMap { row in
            guard let position = row.integer("position"), let place = row.integer("place"),
                let count = row.integer("count"), position < lastPosition
            else { return nil }
            return Row(position: position, place: place, count: count)
        }
    }
}

extension WriteContext {
    mutating func noteConflict(of number: Int64, was: Bool, is now: Bool) {
        if was != now { memory.arrivals.note(now ? .conflictBegan : .conflictEnded, of: number) }
    }

    /// The entries at these places leave them. Other ones may come there later, and are changes of their own.
    func noteGone(first: Int64, last: Int64) throws {
        try db.cachedStatement(sql: "INSERT OR REPLACE INTO changes_gone (first, last, position) VALUES (?, ?, ?)")
            .execute(arguments: [first, last, memory.arrivals.next])
    }

    func isConflict(_ number: Int64) throws -> Bool {
        let select = try db.cachedStatement(sql: "SELECT conflict FROM reports WHERE number = ?")
        return try Row.fetchOne(select, arguments: [number])?.integer("conflict") == 1
    }
}
