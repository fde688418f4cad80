import FieldpostCore
package import FieldpostStore
import GRDB

extension Schema {
    /// Reports that nobody touched are counted by their index alone, also those of a grid.
    static let counts = """
        DROP INDEX reports_untouched;
        CREATE INDEX reports_untouched ON reports (number, grid) WHERE NOT handled AND NOT pruned AND NOT hidden;
        """
}

extension Journal {
    package func taskCounts(_ query: TaskQuery, now: Int64) async throws(JournalError) -> TaskCounts {
        // Nobody sees anything of no grid.
        if query.grids?.isEmpty == true { return TaskCounts() }
        let most = try await read { db in try Int64.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0 }
        var chosen: NumberSet?
        for keys in query.countedKeys {
            var some = NumberSet(upTo: most)
            for key in keys {
                try await walk(key) { report, _ in some.insert(report) }
            }
            chosen?.formIntersection(some)
            chosen = chosen ?? some
        }
        var count = StageCount(of: chosen, upTo: most, now: now)
        let stages = try await read { db in
            try String.fetchAll(
                db, sql: Self.distinctValues, arguments: [TaskKey.Kind.stage.rawValue, TaskKey.Kind.stage.rawValue])
        }
        for stage in stages {
            try await walk(TaskKey(kind: .stage, value: stage)) { report, order in
                count.add(report, at: stage, overdueFrom: order)
            }
        }
        for report in count.several {
            guard let row = try await read({ db in try CaseRow.fetch(report, db).row }) else { continue }
            count.settle(row)
        }
        var counts = count.counts
        guard let untouched = query.untouched(nil) else { return counts }
        let grids = untouched.matching[.grid].map { [$0] } ?? untouched.grids?.sorted()
        var (sum, after): (Int, Int64?) = (0, 0)
        while let place = after {
            let (count, last) = try await read { db in try db.untouched(after: place, in: grids) }
            (sum, after) = (sum + count, last)
        }
        counts.untouched = sum
        return counts
    }

    /// The values of a kind, each found from the one before.
    private static let distinctValues = """
        WITH RECURSIVE found (value) AS (
            SELECT min(value) FROM tasks WHERE kind = ?
            UNION ALL SELECT (SELECT min(value) FROM tasks WHERE kind = ? AND tasks.value > found.value) FROM found
            WHERE found.value IS NOT NULL
        )
        SELECT value FROM found WHERE value IS NOT NULL
        """

    /// Gives all open cases of a key to `take`, in short reads, with the moment from which each is overdue.
    private func walk(
        _ key: TaskKey, _ take: (_ report: Int64, _ overdueFrom: Int64) -> Void
    ) async throws(JournalError) {
        var after: (order: Int64, report: Int64)? = (.min, .min)
        while let place = after {
            let rows = try await read { db in try db.rows(of: key, after: place) }
            for row in rows { take(row.report, row.order) }
            after = rows.count == Limits.countedCases ? rows.last : nil
        }
    }
}

/// Numbers of reports: a bit for each.
private struct NumberSet: Sendable {
    private var words: [UInt64] = []
    private let most: Int64

    /// A corrupt row may name any number, and must not take the memory for it. `most`: the largest that there is.
    init(upTo most: Int64) { self.most = most }

    func contains(_ number: Int64) -> Bool {
        let index = Int(number >> 6)
        return words.indices.contains(index) && words[index] >> UInt64(number & 63) & 1 == 1
    }

    /// Returns false if it was there.
    @discardableResult
    mutating func insert(_ number: Int64) -> Bool {
        guard number > 0, number <= most else { return false }
        let (index, bit) = (Int(number >> 6), UInt64(1) << UInt64(number & 63))
        if index >= words.count { words += [UInt64](repeating: 0, count: index + 1 - words.count) }
        defer { words[index] |= bit }
        return words[index] & bit == 0
    }

    mutating func formIntersection(_ other: Self) {
        for index in words.indices { words[index] &= other.words.indices.contains(index) ? other.words[index] : 0 }
    }
}

/// Counts the rows of all stages.
private struct StageCount {
    /// Nil: all cases.
    private let chosen: NumberSet?
    private let now: Int64
    private var seen: NumberSet
    private(set) var counts = TaskCounts()
    /// Cases at several stages. Each counts where it is shown.
    private(set) var several: Set<Int64> = []

    init(of chosen: NumberSet?, upTo most: Int64, now: Int64) {
        (self.chosen, self.now) = (chosen, now)
        seen = NumberSet(upTo: most)
    }

    mutating func add(_ report: Int64, at stage: String, overdueFrom order: Int64) {
        guard chosen?.contains(report) != false else { return }
        guard seen.insert(report) else {
            several.insert(report)
            return
        }
        count(1, at: stage, isOverdue: order <= now)
    }

    /// A case was counted at the first of its stages by their bytes.
    mutating func settle(_ row: CaseRow) {
        let stages = row.keys.lazy.filter { $0.kind == .stage }.map(\.value)
        guard let first = stages.min(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }),
            !first.hasSameBytes(as: row.stage)
        else { return }
        count(-1, at: first, isOverdue: row.order <= now)
        count(1, at: row.stage, isOverdue: row.order <= now)
    }

    private mutating func count(_ number: Int, at stage: String, isOverdue: Bool) {
        var queue = counts.stages[stage] ?? .init()
        queue.count += number
        if isOverdue { queue.overdue += number }
        counts.stages[stage] = queue.count > 0 ? queue : nil
    }
}

extension TaskQuery {
    /// A counted case has one key of each of these lists.
    fileprivate var countedKeys: [[TaskKey]] {
        var lists = keys.filter { $0.kind != .all }.map { [$0] }
        if let grids, grid == nil { lists.append(grids.map { TaskKey(kind: .grid, value: $0) }) }
        if let grids, let grid, !grids.contains(grid) { lists.append([]) }
        return lists
    }
}

extension Database {
    /// The next rows of a key.
    fileprivate func rows(
        of key: TaskKey, after place: (order: Int64, report: Int64)
    ) throws -> [(order: Int64, report: Int64)] {
        let select = try raw(
            """
            SELECT overdue_from, report FROM tasks WHERE kind = ? AND value = ? AND (overdue_from, report) > (?, ?)
            ORDER BY overdue_from, report LIMIT ?
            """)
        defer { select.reset() }
        select.bind(key.kind.rawValue, at: 1)
        select.bind(key.value, at: 2)
        select.bind(place.order, at: 3)
        select.bind(place.report, at: 4)
        select.bind(Int64(Limits.countedCases), at: 5)
        var rows: [(order: Int64, report: Int64)] = []
        while try select.step() {
            if let order = select.integer(at: 0), let report = select.integer(at: 1) { rows.append((order, report)) }
        }
        return rows
    }

    /// How many of the next reports nobody touched, and the last of them. Nil: there are no more. `grids`: only those
    /// of these; nil: all.
    fileprivate func untouched(after place: Int64, in grids: [String]?) throws -> (count: Int, last: Int64?) {
        let isCounted = grids.map { "grid IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? "1"
        let select = try cachedStatement(
            sql: """
                SELECT max(number), sum(\(isCounted)), count(*) FROM (
                    SELECT number, grid FROM reports INDEXED BY reports_untouched
                    WHERE NOT handled AND NOT pruned AND NOT hidden AND number > ? ORDER BY number LIMIT ?)
                """)
        let row = try Row.fetchOne(
            select, arguments: StatementArguments(grids ?? []) + [place, Limits.countedCases])
        guard let row, let last: Int64 = row[0] else { return (0, nil) }
        let count: Int? = row[1]
        return (count ?? 0, row[2] == Limits.countedCases ? last : nil)
    }
}
