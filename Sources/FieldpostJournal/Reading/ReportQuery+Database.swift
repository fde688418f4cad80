import FieldpostCore
import FieldpostStore
import GRDB

/// Finds the reports of one page of a listing, newest first.
///
/// An index for each field that listings filter by would make each new report change a page of its own in each of them.
/// So there is one small table instead (`listed`): for each block of 128 numbers, the values that its reports have or
/// had. New reports add their rows at its end. A listing skips the blocks that lack a value, and reads the others. A
/// value that most blocks have fills a page soon. A rare one is in few blocks.
struct Listing {
    private let query: ReportQuery
    /// Any of these. Empty: all.
    private let grids: [String]
    /// The numbers of the reports found, and one more if there is another page.
    private(set) var numbers: [Int64] = []
    private(set) var isComplete = false
    /// Only reports with lower numbers are still to be examined.
    private var before: Int64?

    init(_ query: ReportQuery) {
        for field in query.matching.keys {
            precondition(ReportQuery.fields.contains(field), "reports cannot be filtered by \(field.rawValue)")
        }
        self.query = query
        grids = query.grids?.sorted() ?? []
        before = query.before
        // Nobody sees anything of no grid.
        if query.grids?.isEmpty == true { isComplete = true }
    }

    /// Goes on to search, until the page is complete or it is `end`. Examines at least one block.
    mutating func search(_ db: Database, until end: ContinuousClock.Instant) throws {
        if query.isUntouched, query.conflict != true, !query.isHidden, Set(query.matching.keys).isSubset(of: [.grid]) {
            return try searchUntouched(db, until: end)
        }
        // Few reports are in conflict, and an index has them.
        guard !query.matching.isEmpty || !grids.isEmpty, query.conflict != true, !query.isHidden else {
            try take(from: 0, to: .max, db)
            isComplete = true
            return
        }
        let blocks = try Self.blocks(having: query.matching, grids: grids, before: before, db)
        while let block = try blocks.next() {
            try take(from: block << Self.blockBits, to: (block + 1) << Self.blockBits - 1, db)
            before = block << Self.blockBits
            if numbers.count > query.limit { break }
            if ContinuousClock.now >= end { return }
        }
        isComplete = true
    }

    /// An index has what waits, with its grid.
    private mutating func searchUntouched(_ db: Database, until end: ContinuousClock.Instant) throws {
        let last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
        var top = min(before ?? .max, last + 1)
        while numbers.count <= query.limit, top > 0 {
            let bottom = max(0, top - Int64(Limits.countedCases))
            try take(from: bottom, to: top - 1, db)
            (top, before) = (bottom, bottom)
            if ContinuousClock.now >= end, top > 0 { return }
        }
        isComplete = true
    }

    /// Adds the reports with numbers in this range.
    private mutating func take(from first: Int64, to last: Int64, _ db: Database) throws {
        var conditions = ["number BETWEEN ? AND ?", "NOT pruned", query.isHidden ? "hidden" : "NOT hidden"]
        var arguments: StatementArguments = [first, min(last, (before ?? .max) - 1)]
        for (field, value) in query.matching.sorted(by: { $0.key < $1.key }) {
            conditions.append("\(field.rawValue) = ?")
            arguments += [value]
        }
        if !grids.isEmpty {
            conditions.append("grid IN (\(Self.marks(grids)))")
            arguments += StatementArguments(grids)
        }
        var table = "reports"
        if let conflict = query.conflict { conditions.append(conflict ? "conflict" : "NOT conflict") }
        if query.isUntouched { conditions.append("NOT handled") }
        if query.isHidden {
            // Few reports were taken back.
            table += " INDEXED BY reports_hidden"
        } else if query.conflict == true {
            table += " INDEXED BY reports_in_conflict"
        } else if query.isUntouched {
            // This index has all that wait, and a block without one costs a look into it.
            table += " INDEXED BY reports_untouched"
        }
        arguments += [query.limit + 1 - numbers.count]
        let select = try db.cachedStatement(
            sql: """
                SELECT number FROM \(table) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY number DESC LIMIT ?
                """)
        numbers += try Int64.fetchAll(select, arguments: arguments)
    }

    // MARK: Blocks

    static let blockBits: Int64 = 7

    /// The number of a field in the table.
    static func number(of field: FieldName) -> Int { (ReportQuery.fields.firstIndex(of: field) ?? -1) + 1 }

    private static func marks(_ values: [String]) -> String { values.map { _ in "?" }.joined(separator: ", ") }

    /// The blocks in which a report may have all of these values and one of these grids, newest first. `before`: only
    /// blocks with numbers below this one.
    static func blocks(
        having values: [FieldName: String], grids: [String] = [], before: Int64?, _ db: Database
    ) throws -> FastDatabaseValueCursor<Int64> {
        func condition(_ test: String) -> String {
            "EXISTS (SELECT 1 FROM listed WHERE listed.block = blocks.block AND field = ? AND value \(test))"
        }
        var conditions = values.map { _ in condition("= ?") }
        if !grids.isEmpty { conditions.append(condition("IN (\(marks(grids)))")) }
        let statement = try db.cachedStatement(
            sql: """
                WITH RECURSIVE blocks (block) AS (
                    SELECT min((SELECT max(number) FROM reports), ?) >> \(blockBits)
                    UNION ALL SELECT block - 1 FROM blocks WHERE block > 0
                )
                SELECT block FROM blocks WHERE \(conditions.joined(separator: " AND "))
                """)
        var arguments: StatementArguments = [(before ?? .max) - 1]
        for (field, value) in values.sorted(by: { $0.key < $1.key }) { arguments += [number(of: field), value] }
        if !grids.isEmpty {
            arguments += [number(of: .grid)]
            arguments += StatementArguments(grids)
        }
        return try Int64.fetchCursor(statement, arguments: arguments)
    }

    /// Whether the table has the values that a report shows.
    static func holds(_ values: [FieldName: String], of number: Int64, _ db: Database) throws -> Bool {
        let find = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM listed WHERE block = ? AND field = ? AND value = ?)")
        return try values.allSatisfy { field, value in
            try Bool.fetchOne(find, arguments: [number >> blockBits, Self.number(of: field), value]) ?? false
        }
    }
}

extension Schema {
    /// What listings by field need (`Listing`). Triggers keep it, so that nothing that writes a report's row can forget
    /// it. A row stays when no report of its block has the value any more.
    static var listings: String {
        let fields = ReportQuery.fields.map { ($0.rawValue, Listing.number(of: $0)) }
        let columns = fields.map(\.0).joined(separator: ", ")
        let inserts = fields.map { column, number in
            """
                INSERT INTO listed (block, field, value)
                SELECT NEW.number >> \(Listing.blockBits), \(number), NEW.\(column) WHERE NEW.\(column) IS NOT NULL
                ON CONFLICT DO NOTHING;
            """
        }.joined(separator: "\n")
        let fills = fields.map { column, number in
            """
            INSERT INTO listed (block, field, value)
            SELECT DISTINCT number >> \(Listing.blockBits), \(number), \(column) FROM reports
            WHERE \(column) IS NOT NULL;
            """
        }.joined(separator: "\n")
        return """
            CREATE TABLE listed (           -- the values that some report of 128 has or had, by field
                block INTEGER NOT NULL,     -- the number of a report without its last 7 bits
                field INTEGER NOT NULL,     -- counted from 1 in the order of `ReportQuery.fields`
                value TEXT NOT NULL,
                PRIMARY KEY (block, field, value)
            ) WITHOUT ROWID;
            CREATE TRIGGER listed_new AFTER INSERT ON reports BEGIN
            \(inserts)
            END;
            CREATE TRIGGER listed_changed AFTER UPDATE OF \(columns) ON reports BEGIN
            \(inserts)
            END;
            \(fills)
            """
    }
}
