import FieldpostCore
package import FieldpostStore
import GRDB
import Synchronization

/// Takes up what was committed into the search index. A reader folds the changed reports, so intake does not wait. The
/// writer only stores a segment when one is due.
extension Journal {
    package func indexSearch() async throws(JournalError) -> Bool {
        let isFree = searchIndex.isBusy.withLock { busy in
            defer { busy = true }
            return !busy
        }
        guard isFree else { return false }
        defer { searchIndex.isBusy.withLock { $0 = false } }
        let contents = searchIndex.contents.withLock { contents in
            contents.steps += 1
            return contents
        }
        // While both have work, new changes and older reports take turns.
        let isTurnOfOld = !contents.lacking.isEmpty && contents.steps.isMultiple(of: 2)
        if !contents.isOpen {
            try await openSearch()
        } else if contents.isStale {
            try await emptySearch()
        } else if let due = contents.dueSegment() {
            try await write(segment: due, contents)
        } else if contents.next < queue.changesEnd, !isTurnOfOld {
            try await followChanges(contents)
        } else if let part = contents.lacking.last {
            try await read(part.segment, upTo: part.last, contents)
        } else if contents.next - contents.stored > Limits.searchWaitingChanges {
            try await noteProgress()
        }
        return searchIndex.contents.withLock { contents in
            contents.next < queue.changesEnd || !contents.isComplete || contents.dueSegment() != nil
        }
    }

    package var searchLag: SearchLag {
        let end = queue.changesEnd
        return searchIndex.contents.withLock { contents in
            var lag = SearchLag()
            guard contents.isOpen else { return lag }
            lag.changes = Int(max(end - contents.next, 0))
            lag.reports = contents.lackingReports
            return lag
        }
    }

    /// Writes all that waits in memory, whatever is due: for tests, and before a measure.
    package func writeSearch() async throws(JournalError) {
        while try await indexSearch() {}
        while case let contents = searchIndex.contents.withLock({ $0 }),
            let key = contents.segments.first(where: { !$0.value.waiting.isEmpty })?.key
        {
            try await write(segment: key, contents)
        }
    }

    private func openSearch() async throws(JournalError) {
        let opened = try await read { db in
            var contents = SearchIndex.Contents()
            contents.isOpen = true
            let end = try ArrivalLog(db).next
            let row = try Row.fetchOne(db, sql: "SELECT search_version, search_after FROM identity")
            contents.isStale = row?.integer("search_version") != Int64(SearchIndex.version)
            contents.next = contents.isStale ? end : min(row?.integer("search_after") ?? 1, end)
            contents.stored = contents.next
            let number = try Int64.fetchOne(db, sql: "SELECT max(number) FROM reports") ?? 0
            if !contents.isStale {
                for row in try Row.fetchAll(db, sql: "SELECT segment, last FROM search_segments") {
                    guard let key = row.integer("segment"), let last = row.integer("last"),
                        SearchIndex.segment(of: last) == key
                    else { continue }
                    contents.segments[key] = SearchIndex.Segment(stored: last, last: last)
                }
            }
            guard number > 0 else { return contents }
            for key in 0...SearchIndex.segment(of: number) {
                let last = min(SearchIndex.end(of: key), number)
                if contents.segments[key]?.last ?? SearchIndex.before(key) < last {
                    contents.lacking.append((key, last))
                }
            }
            return contents
        }
        searchIndex.contents.withLock { $0 = opened }
    }

    /// Empties the tables of another version, in steps.
    private func emptySearch() async throws(JournalError) {
        let next = searchIndex.contents.withLock(\.next)
        let isEmpty = try await queue.write { context in
            let db = context.db
            try db.execute(
                sql: "DELETE FROM search_pieces WHERE key IN (SELECT key FROM search_pieces ORDER BY key LIMIT 256)")
            guard db.changesCount == 0 else { return false }
            try db.execute(sql: "DELETE FROM search_segments")
            try db.execute(
                sql: "UPDATE identity SET search_version = ?, search_after = ?", arguments: [SearchIndex.version, next])
            return true
        }
        if isEmpty { searchIndex.contents.withLock { $0.isStale = false } }
    }

    /// What was taken up of one report.
    private struct Taken {
        let document: SearchDocument?
        let since: Int64
        /// Of a new report, only the first entry was looked at. That is much cheaper than to look for others.
        var isOfFirst = false
    }

    /// Takes up the reports of the next changes.
    private func followChanges(_ contents: SearchIndex.Contents) async throws(JournalError) {
        let taken = try await read { [codec] db in
            let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
            var documents: [Int64: Taken] = [:]
            var next = contents.next
            let known = contents.segments.values.map(\.last).max() ?? 0
            for row in try ArrivalLog.rows(from: contents.next, limit: Limits.searchStepReports, db) {
                let (reports, isWhole) = try row.reports(from: contents.next, db)
                for (position, number, first) in reports {
                    guard documents.count < Limits.searchStepReports, documents.isEmpty || ContinuousClock.now < end
                    else { return (documents, next) }
                    next = position + 1
                    guard let number else { continue }
                    if contents.willRead(number) {
                        documents[number] = Taken(document: nil, since: position)
                    } else if let before = documents[number] {
                        // What a new report's first entry said may no longer be all.
                        if before.isOfFirst {
                            documents[number] = Taken(document: try db.document(of: number, codec), since: before.since)
                        }
                    } else if number > known, let document = try first.flatMap({ try db.document(of: $0, codec) }) {
                        documents[number] = Taken(document: document, since: position, isOfFirst: true)
                    } else {
                        documents[number] = Taken(document: try db.document(of: number, codec), since: position)
                    }
                }
                guard isWhole else { break }
                next = row.end
            }
            return (documents, next)
        }
        searchIndex.contents.withLock { contents in
            for (number, found) in taken.0 {
                guard let document = found.document else { continue }
                contents.put(number, document, since: found.since)
                let key = SearchIndex.segment(of: number)
                guard !contents.lacking.contains(where: { $0.segment == key }) else { continue }
                let last = contents.segments[key]?.last ?? 0
                contents.segments[key]?.last = max(last, number)
            }
            contents.next = max(contents.next, taken.1)
        }
    }

    /// Takes up the next reports of a segment that was not read yet.
    private func read(_ key: Int64, upTo last: Int64, _ contents: SearchIndex.Contents) async throws(JournalError) {
        let after = contents.segments[key]?.last ?? SearchIndex.before(key)
        let found = try await read { [codec] db in
            let end = ContinuousClock.now + .milliseconds(Limits.readMilliseconds)
            let select = try db.cachedStatement(
                sql:
                    "SELECT number FROM reports WHERE number > ? AND number <= ? AND NOT pruned ORDER BY number LIMIT ?"
            )
            let numbers = try Int64.fetchAll(select, arguments: [after, last, Limits.searchStepReports])
            var documents: [(number: Int64, document: SearchDocument)] = []
            for number in numbers where documents.isEmpty || ContinuousClock.now < end {
                documents.append((number, try db.document(of: number, codec)))
            }
            return (documents, documents.count == numbers.count && numbers.count < Limits.searchStepReports)
        }
        searchIndex.contents.withLock { contents in
            for (number, document) in found.0 { contents.put(number, document, since: contents.next) }
            let done = found.1 ? last : found.0.last?.number ?? last
            contents.read(key, upTo: done, isLast: done == last)
        }
    }

    /// Stores how far the index has come, although no segment is due.
    private func noteProgress() async throws(JournalError) {
        let after = searchIndex.contents.withLock { $0.after() }
        try await queue.write { context in
            try context.db.execute(sql: "UPDATE identity SET search_after = ?", arguments: [after])
        }
        searchIndex.contents.withLock { $0.stored = after }
    }

    /// Writes a segment with all that waits for it.
    private func write(segment key: Int64, _ contents: SearchIndex.Contents) async throws(JournalError) {
        guard let segment = contents.segments[key] else { return }
        let after = contents.after(without: key)
        let image = try await read { db in try SegmentImage(key, replacing: segment, db) }
        guard let image else {
            searchIndex.contents.withLock { $0.forget(key) }
            return
        }
        try await queue.write { context in
            try image.write(to: context.db)
            try context.db.execute(sql: "UPDATE identity SET search_after = ?", arguments: [after])
        }
        searchIndex.contents.withLock { contents in
            contents.segments[key]?.stored = segment.last
            contents.segments[key]?.waiting = [:]
            contents.segments[key]?.bytes = 0
            contents.stored = after
        }
    }
}

extension SearchIndex.Contents {
    /// The reports of a segment were read up to one. New ones may have come behind the last one.
    fileprivate mutating func read(_ key: Int64, upTo done: Int64, isLast: Bool) {
        var segment =
            segments[key] ?? SearchIndex.Segment(stored: SearchIndex.before(key), last: SearchIndex.before(key))
        segment.last = done
        if isLast {
            lacking.removeAll { $0.segment == key }
            if let newest = segment.waiting.keys.max() {
                segment.last = max(done, key << Limits.searchSegmentBits | Int64(newest))
            }
        }
        segments[key] = segment
    }

    /// The tables have a segment only in damaged form: it is read from the reports again.
    mutating func forget(_ key: Int64) {
        guard let segment = segments[key], segment.stored > SearchIndex.before(key) else { return }
        let last = lacking.first { $0.segment == key }?.last ?? segment.last
        lacking.removeAll { $0.segment == key }
        lacking.append((key, last))
        segments[key]?.stored = SearchIndex.before(key)
        segments[key]?.last = SearchIndex.before(key)
    }
}

extension Database {
    /// What the index has of a report now.
    fileprivate func document(of number: Int64, _ codec: any EntryCoding) throws -> SearchDocument {
        try report(number: number, codec: codec).map { SearchDocument($0) } ?? .empty
    }

    /// What it has of a report with one entry. Nil if that cannot be read.
    fileprivate func document(of row: EntryRow, _ codec: any EntryCoding) throws -> SearchDocument? {
        guard row.isSound, let origin = try originRow(number: row.place.origin)?.origin,
            let entry = codec.open(row.bytes, at: Dot(origin, row.place.seq)).entry
        else { return nil }
        return SearchDocument(first: entry)
            ?? SearchDocument(Report(id: entry.report, folding: CollectionOfOne(entry)))
    }
}

extension ArrivalLog.Row {
    /// The positions from one on, each with the number of the report that changed (nil: none did) and its entry.
    /// `isWhole`: there are no more.
    fileprivate func reports(
        from start: Int64, _ db: Database
    ) throws -> (changes: [(position: Int64, report: Int64?, entry: EntryRow?)], isWhole: Bool) {
        guard place > 0 else {
            return ([(position, deadline == nil ? count : nil, nil)], true)
        }
        let skipped = max(start - position, 0)
        let select = try db.cachedStatement(
            sql: "SELECT place, report, hash, bytes FROM entries WHERE place >= ? AND place < ? ORDER BY place LIMIT ?")
        let rows = try GRDB.Row.fetchAll(
            select, arguments: [place.saturatingAdd(skipped), place.saturatingAdd(width), Limits.searchStepReports])
        let changes = rows.map { row in
            let entry = EntryRow(row)
            return (position: position + (entry.place.rowID - place), report: row.integer("report"), entry: entry)
        }
        return (changes, rows.count < Limits.searchStepReports)
    }
}
