package import FieldpostCore
package import FieldpostStore
import Foundation
import GRDB

extension Journal {
    package func tasks(_ query: TaskQuery, now: Int64) async throws(JournalError) -> TaskPage {
        try await page(of: query, try await selection(query, now: now))
    }

    package func taskMark(_ query: TaskQuery, now: Int64) async throws(JournalError) -> Hash256 {
        try await mark(of: try await selection(query, now: now), now: now)
    }

    package func tasks(
        _ query: TaskQuery, now: Int64, unless isHeld: @Sendable (Hash256) -> Bool
    ) async throws(JournalError) -> (mark: Hash256, page: TaskPage?) {
        let selection = try await selection(query, now: now)
        let mark = try await mark(of: selection, now: now)
        return (mark, isHeld(mark) ? nil : try await page(of: query, selection))
    }

    /// What a page shows, by the tables alone.
    private func selection(_ query: TaskQuery, now: Int64) async throws(JournalError) -> TaskSelection {
        let candidates = try await candidates(for: query.text)
        var selection = TaskSelection(isComplete: candidates?.isComplete != false)
        if query.after?.isUntouched != true, !query.isUntouched {
            let found = try await places(query, candidates, now: now)
            selection.handled = Array(found.prefix(query.limit))
            selection.hasMoreHandled = found.count > query.limit
        }
        if !selection.hasMoreHandled, let untouched = query.untouched(query.after) {
            let page = try await numbers(of: untouched, limit: query.limit - selection.handled.count)
            selection.untouched = page.numbers.map { TaskPlace(order: .max, report: $0) }
            selection.nextUntouched = page.next
        }
        return selection
    }

    /// Cases are folded one at a time, and in several reads if that takes long.
    private func page(of query: TaskQuery, _ selection: TaskSelection) async throws(JournalError) -> TaskPage {
        var tasks = try await folded(selection.handled[...]) { found, report, db in
            // A corrupt row may name a case that is none of these.
            let row = try CaseRow.fetch(found.report, db).row
            return row?.order == found.order && row?.keys.contains(query.key) == true && query.mayShow(report)
                && !report.isHidden
                && query.text.map { $0.isAnswered(by: report) } != false
        }
        tasks += try await folded(selection.untouched[...]) { _, report, _ in
            report.summary == nil && query.mayShow(report) && !report.isHidden
        }
        var next = selection.nextUntouched.map { TaskPosition.untouched(before: $0) }
        if selection.hasMoreHandled, let last = selection.handled.last {
            next = .handled(overdueFrom: last.order, report: last.report)
        }
        let isComplete = try await read { db in try db.caseTableIsWhole() }
        return TaskPage(tasks: tasks, next: next, isComplete: isComplete && selection.isComplete)
    }

    private func mark(of selection: TaskSelection, now: Int64) async throws(JournalError) -> Hash256 {
        try await read { db in
            let select = try db.cachedStatement(
                sql: """
                    SELECT reports.id, reports.digest, cases.keys FROM reports
                    LEFT JOIN cases ON cases.report = reports.number WHERE number = ?
                    """)
            var bytes: [UInt8] = [selection.hasMoreHandled || selection.nextUntouched != nil ? 1 : 0]
            for place in selection.handled + selection.untouched {
                let row = try Row.fetchOne(select, arguments: [place.report])
                for column in ["id", "digest", "keys"] { bytes += (row?.blob(column) ?? Data()) + [0] }
                withUnsafeBytes(of: place.order.bigEndian) { bytes += $0 }
                bytes.append(place.order <= now ? 1 : 0)
            }
            return Hash256(hashing: bytes)
        }
    }

    /// The places of the handled cases of one page, and one more if there is another.
    private func places(
        _ query: TaskQuery, _ candidates: SearchCandidates?, now: Int64
    ) async throws(JournalError) -> ArraySlice<TaskPlace> {
        if let few = candidates?.numbers(upTo: Limits.searchedTasks) {
            let listing = TaskListing(query, candidates, now: now)
            return try await read { db in try listing.places(among: few, db) }[...]
        }
        var places: [TaskPlace] = []
        for part in query.byGrid {
            var listing = TaskListing(part, candidates, now: now)
            while !listing.isComplete {
                listing = try await read { [listing] db in
                    var listing = listing
                    try listing.search(db, until: ContinuousClock.now + .milliseconds(Limits.readMilliseconds))
                    return listing
                }
            }
            places += listing.found
        }
        places.sort { ($0.order, $0.report) < ($1.order, $1.report) }
        return places.prefix(query.limit + 1)
    }

    /// The numbers of the untouched reports of one page.
    private func numbers(
        of query: ReportQuery, limit: Int
    ) async throws(JournalError) -> (numbers: [Int64], next: Int64?) {
        var query = query
        query.limit = limit
        if !query.search.isEmpty {
            let page = try await search(query)
            return (page.found.map(\.number), page.next)
        }
        var listing = Listing(query)
        while !listing.isComplete {
            listing = try await read { [listing] db in
                var listing = listing
                try listing.search(db, until: ContinuousClock.now + .milliseconds(Limits.readMilliseconds))
                return listing
            }
        }
        let shown = Array(listing.numbers.prefix(limit))
        // A page that is full without one of these goes on with the newest.
        return (shown, listing.numbers.count > shown.count ? shown.last ?? .max : nil)
    }

    private func folded(
        _ places: ArraySlice<TaskPlace>, _ isRight: @escaping @Sendable (TaskPlace, Report, Database) throws -> Bool
    ) async throws(JournalError) -> [CaseTask] {
        var tasks: [CaseTask] = []
        var rest = places
        while !rest.isEmpty {
            let (some, count) = try await read { [codec, rest] db in
                let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
                var (some, count): ([CaseTask], Int) = ([], 0)
                for place in rest where count == 0 || ContinuousClock.now < end {
                    if let report = try db.report(number: place.report, codec: codec), try isRight(place, report, db) {
                        some.append(CaseTask(report))
                    }
                    count += 1
                }
                return (some, count)
            }
            tasks += some
            rest = rest.dropFirst(count)
        }
        return tasks
    }
}

/// Where a list of tasks has a case.
struct TaskPlace: Hashable, Sendable {
    /// When the case becomes overdue. The greatest integer if it has no deadline.
    let order: Int64
    let report: Int64
}

/// What one page shows, before anything is read of the reports themselves.
private struct TaskSelection: Sendable {
    var handled: [TaskPlace] = []
    var hasMoreHandled = false
    var untouched: [TaskPlace] = []
    /// Where the untouched ones of the next page begin. Nil if there is none.
    var nextUntouched: Int64?
    /// False if the search index does not have all.
    let isComplete: Bool
}

/// Finds the handled cases of one page.
private struct TaskListing {
    private let key: TaskKey
    private let others: [TaskKey]
    /// Any of these. Empty: all.
    private let grids: [String]
    private let limit: Int
    /// No case after this one is wanted.
    private let end: Int64
    private let candidates: SearchCandidates?
    private var after: TaskPlace
    private(set) var found: [TaskPlace] = []
    private(set) var isComplete = false

    init(_ query: TaskQuery, _ candidates: SearchCandidates?, now: Int64) {
        self.candidates = candidates
        key = query.key
        others = Array(query.keys.dropFirst())
        grids = query.grids?.sorted() ?? []
        // Nobody sees anything of no grid.
        if query.grids?.isEmpty == true { isComplete = true }
        limit = query.limit + 1
        end = query.isOverdue ? now : .max
        after = TaskPlace(order: .min, report: .min)
        if case .handled(let order, let report) = query.after { after = TaskPlace(order: order, report: report) }
    }

    /// Goes on to search, until the page is complete or it is `moment`.
    mutating func search(_ db: Database, until moment: ContinuousClock.Instant) throws {
        func condition(_ test: String) -> String {
            """
            EXISTS (SELECT 1 FROM tasks AS other WHERE other.kind = ? AND other.value \(test)
                AND other.overdue_from = tasks.overdue_from AND other.report = tasks.report)
            """
        }
        var conditions = others.map { _ in condition("= ?") }
        if !grids.isEmpty { conditions.append(condition("IN (\(grids.map { _ in "?" }.joined(separator: ", ")))")) }
        // Tells of each case whether the other conditions hold, so that a long search can stop in between.
        let holds = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
        let select = try db.cachedStatement(
            sql: """
                SELECT overdue_from, report, \(holds) FROM tasks
                WHERE kind = ? AND value = ? AND (overdue_from, report) > (?, ?) AND overdue_from <= ?
                ORDER BY overdue_from, report
                """)
        var arguments: StatementArguments = []
        for other in others { arguments += [other.kind.rawValue, other.value] }
        if !grids.isEmpty {
            arguments += [TaskKey.Kind.grid.rawValue]
            arguments += StatementArguments(grids)
        }
        arguments += [key.kind.rawValue, key.value, after.order, after.report, end]
        let rows = try Row.fetchCursor(select, arguments: arguments)
        var count = 0
        while found.count < limit {
            guard let row = try rows.next() else { break }
            after = TaskPlace(order: row[0], report: row[1])
            if row[2] == true, candidates?.contains(after.report) != false { found.append(after) }
            count += 1
            if count % 256 == 0, ContinuousClock.now >= moment { return }
        }
        isComplete = true
    }
}

extension TaskListing {
    /// The same, if only a few reports can be meant: it reads their cases alone.
    func places(among numbers: [Int64], _ db: Database) throws -> [TaskPlace] {
        var places: [TaskPlace] = []
        guard !isComplete else { return [] }
        for number in numbers {
            guard let row = try CaseRow.fetch(number, db).row, row.order <= end,
                ([key] + others).allSatisfy(row.keys.contains),
                grids.isEmpty || row.keys.contains(where: { $0.kind == .grid && grids.contains($0.value) })
            else { continue }
            let place = TaskPlace(order: row.order, report: number)
            if (after.order, after.report) < (place.order, place.report) { places.append(place) }
        }
        places.sort { ($0.order, $0.report) < ($1.order, $1.report) }
        return Array(places.prefix(limit))
    }
}

extension TaskQuery {
    /// The conditions that a case must meet, usually the rarest first.
    var keys: [TaskKey] {
        var keys: [TaskKey] = []
        if let person { keys.append(TaskKey(kind: .person, value: person)) }
        if isDisputed { keys.append(TaskKey(kind: .disputed, value: "")) }
        if let grid { keys.append(TaskKey(kind: .grid, value: grid)) }
        if let department { keys.append(TaskKey(kind: .department, value: department)) }
        if let stage { keys.append(TaskKey(kind: .stage, value: stage)) }
        if let group { keys.append(TaskKey(kind: .group, value: group.rawValue)) }
        return keys.isEmpty ? [TaskKey(kind: .all, value: "")] : keys
    }

    fileprivate var key: TaskKey { keys[0] }

    /// Lists that have these tasks together, each with few others to pass over: one for each grid of whoever asks.
    fileprivate var byGrid: [TaskQuery] {
        guard let grids, person == nil, !isDisputed, grid == nil else { return [self] }
        return grids.map { grid in
            var part = self
            part.grid = grid
            return part
        }
    }

    /// Which reports without a step are tasks too: those that a dispatcher accepts. Nil if none is asked for.
    func untouched(_ place: TaskPosition?) -> ReportQuery? {
        let first = Workflow.standard.first.code
        guard person == nil, department == nil, !isOverdue, [first, nil].contains(stage),
            [.dispatcher, nil].contains(group)
        else { return nil }
        var query = ReportQuery()
        query.isUntouched = true
        query.search.text = text
        if let grid { query.matching[.grid] = grid }
        query.grids = grids
        if isDisputed { query.conflict = true }
        if case .untouched(let before) = place { query.before = before }
        return query
    }
}

extension TaskQuery {
    /// Whether whoever asks may see this report.
    fileprivate func mayShow(_ report: Report) -> Bool {
        guard let grids else { return true }
        return report.text(of: .grid).map(grids.contains) ?? false
    }
}

extension TaskPosition {
    fileprivate var isUntouched: Bool { if case .untouched = self { true } else { false } }
}

extension Database {
    /// Whether each report has the row of `cases` that it should have.
    func caseTableIsWhole() throws -> Bool {
        let select = try cachedStatement(sql: "SELECT cases_version FROM identity")
        return try Int.fetchOne(select) == CaseRow.version
    }
}
