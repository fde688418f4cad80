import FieldpostCore
package import FieldpostStore
import GRDB

extension Journal {
    package var changesEnd: Int64 { queue.changesEnd }

    package func changes(_ query: ChangeQuery) async throws(JournalError) -> ChangePage {
        var number: Int64?
        if let report = query.report {
            // If nothing of it is here, nothing before the end that was before this look concerns it.
            let end = changesEnd
            number = try await read(report: report) { _, number in number }
            guard number != nil else { return ChangePage(changes: [], next: max(query.from, end), isEnd: true) }
        }
        return try await read { [codec, number] db in
            var reading = ChangeReading(query, number: number, codec: codec)
            try reading.go(db, until: .now + .milliseconds(Limits.readMilliseconds))
            return ChangePage(changes: reading.found, next: reading.next, isEnd: reading.isEnd)
        }
    }
}

/// Reads changes in order, until there are enough or the time is over.
private struct ChangeReading {
    private let query: ChangeQuery
    private let number: Int64?
    private let codec: any EntryCoding
    private(set) var found: [RecordedChange] = []
    private var bytes = 0
    private(set) var next: Int64
    private(set) var isEnd = false
    /// Entries have left places where they were told. That is rare.
    private var hasGone = false

    /// Rows of `changes` that are read together.
    private static let rows = 256

    init(_ query: ChangeQuery, number: Int64?, codec: any EntryCoding) {
        self.query = query
        self.number = number
        self.codec = codec
        next = max(query.from, 1)
    }

    mutating func go(_ db: Database, until end: ContinuousClock.Instant) throws {
        hasGone = try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM changes_gone)") ?? false
        while true {
            let rows = try ArrivalLog.rows(from: next, limit: Self.rows, db)
            guard !rows.isEmpty else {
                isEnd = true
                return
            }
            for row in rows {
                if row.place > 0 {
                    guard try take(row, db, until: end) else { return }
                } else {
                    try takeEvent(row, db)
                    next = row.position + 1
                }
                if isFull || ContinuousClock.now >= end { return }
            }
        }
    }

    private var isFull: Bool { found.count >= query.limit || bytes >= Limits.changesBytes }

    // MARK: Entries

    /// Returns false if it stopped within the run.
    private mutating func take(
        _ row: ArrivalLog.Row, _ db: Database, until end: ContinuousClock.Instant
    ) throws -> Bool {
        let select = try db.cachedStatement(
            sql: """
                SELECT place, report, hash, bytes, quarantine FROM entries WHERE place >= ? AND place < ?
                ORDER BY place
                """)
        // By the entries that are there: a corrupt row may claim very many.
        let first = row.place.saturatingAdd(next - row.position)
        let entries = try Row.fetchCursor(select, arguments: [first, row.place.saturatingAdd(row.width)])
        while let entry = try entries.next() {
            let place: Int64 = entry["place"]
            next = row.position + (place - row.place)
            try take(entry, at: Place(rowID: place), db)
            next += 1
            if isFull || ContinuousClock.now >= end { return false }
        }
        next = row.end
        return true
    }

    private mutating func take(_ row: Row, at place: Place, _ db: Database) throws {
        let report = row.integer("report")
        if report == nil, !query.includesNode { return }
        if hasGone, try hasLeft(place, db) { return }
        guard try isWanted(report, db), let origin = try db.originRow(number: place.origin)?.origin else { return }
        let dot = Dot(origin, place.seq)
        let held = EntryRow(row)
        let shown = try report.flatMap { try self.id(of: $0, db) }
        guard row.text("quarantine") == nil, held.isSound, let entry = codec.open(held.bytes, at: dot).entry else {
            add([held.bytes.isEmpty && report != nil ? .pruned : .unreadable], shown, .missing(dot), bytes: 64)
            return
        }
        add(entry.changeKinds, entry.kind.concernsReport ? entry.report : nil, .entry(entry), bytes: held.bytes.count)
    }

    /// Whether another entry was told at this position. The one that is there now comes later.
    private func hasLeft(_ place: Place, _ db: Database) throws -> Bool {
        let find = try db.cachedStatement(
            sql: "SELECT EXISTS (SELECT 1 FROM changes_gone WHERE first <= ?1 AND last >= ?1 AND position > ?2)")
        return try Bool.fetchOne(find, arguments: [place.rowID, next]) ?? false
    }

    // MARK: Events

    private mutating func takeEvent(_ row: ArrivalLog.Row, _ db: Database) throws {
        guard try isWanted(row.count, db), let id = try id(of: row.count, db) else { return }
        if let number = row.deadline {
            guard let raised = try db.caseEvents(after: number - 1, limit: 1).first, raised.number == number else {
                return
            }
            add([raised.kind == .overdue ? .overdue : .dueSoon], id, .deadline(raised), bytes: 128)
        } else if let kind = ArrivalLog.Event(rawValue: row.place)?.kind {
            add([kind], id, .event, bytes: 64)
        }
    }

    private mutating func add(
        _ kinds: [ChangeKind], _ report: ReportID?, _ content: RecordedChange.Content, bytes: Int
    ) {
        guard query.kinds.isEmpty || kinds.contains(where: query.kinds.contains) else { return }
        found.append(RecordedChange(position: next, kinds: kinds, report: report, content))
        self.bytes += bytes
    }

    // MARK: Conditions

    private func isWanted(_ report: Int64?, _ db: Database) throws -> Bool {
        if let number, report != number { return false }
        guard let report else { return query.matching.isEmpty && query.grids == nil }
        let select = try db.cachedStatement(
            sql: "SELECT category, grid, department, hidden FROM reports WHERE number = ?")
        // Of a report that its reporter took back, nothing is told.
        guard let row = try Row.fetchOne(select, arguments: [report]), row.integer("hidden") != 1 else { return false }
        if let grids = query.grids, row.text("grid").map(grids.contains) != true { return false }
        return query.matching.allSatisfy { row.text($0.key.rawValue)?.hasSameBytes(as: $0.value) == true }
    }

    private func id(of report: Int64, _ db: Database) throws -> ReportID? {
        let select = try db.cachedStatement(sql: "SELECT id FROM reports WHERE number = ?")
        return try Row.fetchOne(select, arguments: [report])?.blob("id").flatMap { ReportID(bytes: $0) }
    }
}

extension ArrivalLog.Event {
    fileprivate var kind: ChangeKind {
        switch self {
        case .conflictBegan: .conflictBegan
        case .conflictEnded: .conflictEnded
        case .restored: .restored
        }
    }
}
