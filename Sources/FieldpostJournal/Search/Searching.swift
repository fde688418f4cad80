import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Synchronization

extension Journal {
    /// A page of a listing with several conditions: few reports may meet all of them although each block of reports
    /// meets each. Nil if the index does not have what was committed before, even after a moment.
    func indexedReports(_ query: ReportQuery) async throws(JournalError) -> ReportPage? {
        guard query.search.isEmpty, query.matching.count + (query.grids == nil ? 0 : 1) > 1, query.conflict == nil,
            !query.isHidden, !query.isUntouched, await hasIndexed(before: queue.changesEnd)
        else { return nil }
        let page = try await search(query, milliseconds: Limits.indexedPageMilliseconds)
        // Only a search may end early.
        guard page.isSound, page.next == nil || page.found.count == query.limit else { return nil }
        return ReportPage(reports: page.found.map(\.overview), next: page.next)
    }

    private func hasIndexed(before position: Int64) async -> Bool {
        let end = ContinuousClock.now + .milliseconds(Limits.indexWaitMilliseconds)
        while true {
            let (isComplete, next) = searchIndex.contents.withLock { ($0.isComplete, $0.next) }
            guard isComplete, next < position, ContinuousClock.now < end else { return isComplete && next >= position }
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return false }
        }
    }

    /// One page of a search, newest first. It ends early when it has taken so many milliseconds.
    func search(
        _ query: ReportQuery, milliseconds: Int = Limits.searchPageMilliseconds
    ) async throws(JournalError) -> FoundReports {
        // First what is in memory, then the tables: what left memory in between is in the tables.
        let contents = searchIndex.contents.withLock { $0 }
        let isComplete = contents.isComplete && contents.next >= queue.changesEnd
        var search = Search(query, contents)
        let end = ContinuousClock.now + .milliseconds(milliseconds)
        repeat {
            search = try await read { [codec, search] db in
                var search = search
                try search.go(on: db, codec, until: .now + .milliseconds(Limits.readMilliseconds))
                return search
            }
        } while !search.isComplete && ContinuousClock.now < end
        forget(search.damaged)
        return FoundReports(
            found: Array(search.found.prefix(query.limit)),
            next: search.found.count > query.limit
                ? search.found.prefix(query.limit).last?.number ?? .max : search.isComplete ? nil : search.before,
            isComplete: isComplete && search.damaged.isEmpty, isSound: search.damaged.isEmpty)
    }

    /// The reports that may have a text, by the index alone, by segment, the newest first. Nil if none is asked for.
    func candidates(for text: SearchQuestion?) async throws(JournalError) -> SearchCandidates? {
        guard let text else { return nil }
        var query = ReportQuery()
        query.search.text = text
        let contents = searchIndex.contents.withLock { $0 }
        var candidates = SearchCandidates(isComplete: contents.isComplete && contents.next >= queue.changesEnd)
        var search = Search(query, contents)
        var keys = contents.segments.keys.sorted()[...]
        let whole = ContinuousClock.now + .milliseconds(Limits.searchPageMilliseconds)
        while !keys.isEmpty {
            guard ContinuousClock.now < whole else {
                candidates.isComplete = false
                break
            }
            (search, candidates, keys) = try await read { [search, candidates, keys] db in
                var (search, candidates, keys) = (search, candidates, keys)
                let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
                while let key = keys.popLast() {
                    candidates.sets[key] = try search.candidates(in: key, db)
                    if ContinuousClock.now >= end { break }
                }
                return (search, candidates, keys)
            }
        }
        forget(search.damaged)
        return candidates
    }

    private func forget(_ damaged: Set<Int64>) {
        guard !damaged.isEmpty else { return }
        searchIndex.contents.withLock { contents in for key in damaged { contents.forget(key) } }
    }
}

/// One page of what was found.
struct FoundReports: Sendable {
    let found: [(number: Int64, overview: ReportOverview)]
    let next: Int64?
    let isComplete: Bool
    /// False if a segment that was needed is damaged in the tables.
    let isSound: Bool
}

/// Reports that may answer a question.
struct SearchCandidates: Sendable {
    var sets: [Int64: OffsetSet] = [:]
    /// False while the index is behind, and if the time did not suffice for all segments.
    fileprivate(set) var isComplete: Bool

    init(isComplete: Bool) { self.isComplete = isComplete }

    func contains(_ number: Int64) -> Bool {
        sets[SearchIndex.segment(of: number)]?.contains(SearchIndex.offset(of: number)) ?? false
    }

    /// All of them, if there are at most so many.
    func numbers(upTo limit: Int) -> [Int64]? {
        let count = sets.values.reduce(0) { $0 + $1.words.reduce(0) { $0 + $1.nonzeroBitCount } }
        guard count <= limit else { return nil }
        return sets.flatMap { key, set in
            (0..<OffsetSet.count).filter(set.contains).map { key << Limits.searchSegmentBits | Int64($0) }
        }
    }
}

/// Finds the reports of one page of a search.
///
/// The index answers what it can for each segment at once: a few words with a bit for each report. What is left is
/// compared with the question itself, so hashes that collide and an index that is behind show nothing wrong.
private struct Search: Sendable {
    private let query: ReportQuery
    private let contents: SearchIndex.Contents
    /// A report must have all terms of one list of each of these.
    private let clauses: [[[UInt32]]]
    /// The overdue cases, by segment. Nil: all must be looked at.
    private var overdue: [Int64: OffsetSet]?
    private var hasBegun = false
    /// Reports from this number on were examined.
    private(set) var before: Int64
    /// One more than the limit if there is another page.
    private(set) var found: [(number: Int64, overview: ReportOverview)] = []
    private(set) var isComplete = false
    /// Segments that are damaged in the tables.
    private(set) var damaged: Set<Int64> = []

    init(_ query: ReportQuery, _ contents: SearchIndex.Contents) {
        for field in query.matching.keys {
            precondition(ReportQuery.fields.contains(field), "reports cannot be filtered by \(field.rawValue)")
        }
        self.query = query
        self.contents = contents
        var clauses = (query.search.text?.parts ?? []).map { part in
            [part.terms] + part.categoryTerms.map { [$0] }
        }
        if let person = query.search.person { clauses.append([[SearchTerm.person(person)]]) }
        for (field, value) in query.matching { clauses.append([[SearchTerm.value(value, of: field)]]) }
        if query.conflict == true { clauses.append([[SearchTerm.conflict]]) }
        if let grids = query.grids {
            clauses.append(grids.map { [SearchTerm.value($0, of: .grid)] })
            // Nobody sees anything of no grid.
            isComplete = grids.isEmpty
        }
        self.clauses = clauses
        before = query.before ?? .max
    }

    mutating func go(on db: Database, _ codec: any EntryCoding, until end: ContinuousClock.Instant) throws {
        if isComplete { return }
        if !hasBegun {
            hasBegun = true
            let last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
            before = min(before, last + 1)
            try findOverdue(db)
        }
        while before > 0 {
            let key = SearchIndex.segment(of: before - 1)
            let candidates = try self.candidates(in: key, db)
            var bound = SearchIndex.offset(of: before - 1) + 1
            while let offset = candidates.last(below: bound) {
                bound = offset
                before = key << Limits.searchSegmentBits | Int64(offset)
                if let overview = try answer(before, db, codec) { found.append((before, overview)) }
                if found.count > query.limit {
                    isComplete = true
                    return
                }
                if ContinuousClock.now >= end { return }
            }
            before = key << Limits.searchSegmentBits
            if ContinuousClock.now >= end, before > 0 { return }
        }
        isComplete = true
    }

    private mutating func findOverdue(_ db: Database) throws {
        guard let now = query.search.overdueAt else { return }
        let select = try db.raw(
            "SELECT report FROM tasks WHERE kind = ? AND value = '' AND overdue_from <= ? LIMIT ?")
        defer { select.reset() }
        select.bind(TaskKey.Kind.all.rawValue, at: 1)
        select.bind(now, at: 2)
        select.bind(Int64(Limits.searchOverdueCases + 1), at: 3)
        var (sets, count) = ([Int64: OffsetSet](), 0)
        while try select.step() {
            count += 1
            guard let number = select.integer(at: 0) else { continue }
            sets[SearchIndex.segment(of: number), default: OffsetSet()].insert(SearchIndex.offset(of: number))
        }
        if count <= Limits.searchOverdueCases { overdue = sets }
    }

    // MARK: Candidates

    mutating func candidates(in key: Int64, _ db: Database) throws -> OffsetSet {
        if let overdue, overdue[key] == nil { return OffsetSet() }
        let segment = contents.segments[key]
        var set = OffsetSet()
        if let segment, segment.stored > SearchIndex.before(key) {
            if let stored = try stored(in: key, db) { set = stored } else { damaged.insert(key) }
        }
        for (offset, waiting) in segment?.waiting ?? [:] {
            if matches(waiting.document) { set.insert(offset) } else { set.remove(offset) }
        }
        if let overdue, let late = overdue[key] { set.formIntersection(late) }
        return set
    }

    private func matches(_ document: SearchDocument) -> Bool {
        guard !document.terms.isEmpty,
            query.search.times.map({ document.time > 0 && $0.contains(document.time) }) != false
        else { return false }
        return clauses.allSatisfy { $0.contains { $0.allSatisfy(document.holds) } }
    }

    /// Nil if the segment is damaged.
    private func stored(in key: Int64, _ db: Database) throws -> OffsetSet? {
        if let range = query.search.times {
            guard let span = try SegmentTimes.span(of: key, db) else { return nil }
            guard range.overlaps(span) else { return OffsetSet() }
        }
        var set = OffsetSet.all
        for clause in clauses {
            var some = OffsetSet()
            for terms in clause {
                var all = set
                for term in terms where !all.isEmpty {
                    guard let having = try offsets(of: term, in: key, db) else { return nil }
                    all.formIntersection(having)
                }
                some.formUnion(all)
            }
            set = some
            if set.isEmpty { return set }
        }
        if let range = query.search.times {
            guard let times = try SegmentTimes(key, db) else { return nil }
            set.formIntersection(times.offsets(in: range))
        }
        return set
    }

    private func offsets(of term: UInt32, in key: Int64, _ db: Database) throws -> OffsetSet? {
        let select = try db.cachedStatement(
            sql: "SELECT bytes FROM search_pieces WHERE key >= ? AND key < ? ORDER BY key LIMIT 1")
        guard let row = try Row.fetchOne(select, arguments: [key << 32 | Int64(term), (key + 1) << 32]) else {
            return OffsetSet()
        }
        return row.blob("bytes")?.withUnsafeBytes { SearchPiece.offsets(of: term, in: $0) }
    }

    // MARK: Answers

    /// A report that meets all conditions as it is now. Nil if it does not, or its bodies are gone.
    private func answer(_ number: Int64, _ db: Database, _ codec: any EntryCoding) throws -> ReportOverview? {
        let find = try db.cachedStatement(
            sql: "SELECT pruned OR hidden OR handled AND ? AS gone FROM reports WHERE number = ?")
        guard try Row.fetchOne(find, arguments: [query.isUntouched, number])?.integer("gone") == 0 else { return nil }
        if let now = query.search.overdueAt {
            guard let row = try CaseRow.fetch(number, db).row, row.isOpen, let deadline = row.deadline,
                deadline.overdueFrom <= now
            else { return nil }
        }
        guard let report = try db.report(number: number, codec: codec), report.isFoundBySearch,
            query.grids.map({ grids in report.text(of: .grid).map(grids.contains) == true }) != false,
            query.search.text.map({ $0.isAnswered(by: report) }) != false,
            query.search.person.map({ person in report.isTaken(by: person) }) != false,
            query.search.times.map({ $0.contains(report.searchedTime) }) != false,
            query.conflict.map({ $0 == report.isConflict }) != false, !query.isUntouched || report.summary == nil,
            query.matching.allSatisfy({ report.text(of: $0.key)?.hasSameBytes(as: $0.value) == true })
        else { return nil }
        return report.overview
    }
}

extension Report {
    fileprivate func isTaken(by person: String) -> Bool {
        summary?.assignees.contains { $0.hasSameBytes(as: person) } == true
    }
}
