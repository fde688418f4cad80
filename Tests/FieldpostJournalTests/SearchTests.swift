import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Synchronization
import Testing

@testable import FieldpostJournal

/// The search index, against a look at every report.
struct SearchTests {
    private static let places = ["三单元", "坪山大道", "A栋", "𠮷祥路", "地铁口", "B2车库"]
    private static let matters = ["电动车充电", "井盖松动", "消防通道被占用", "路灯不亮", "water leaks", "噪音\0扰民"]
    private static let grids = ["10014", "10018", "BT-03"]
    private static let people = ["王敏", "李强"]
    private static let start: Int64 = 1_796_004_000_000

    private static func text(_ random: inout Seeded) -> String {
        let words = [places.randomElement(using: &random), matters.randomElement(using: &random)].compactMap(\.self)
        return words.joined(separator: ["", "，", " "].randomElement(using: &random) ?? "")
    }

    private static func creation(_ random: inout Seeded) -> Change {
        var fields: [FieldName: FieldValue] = [.text: .text(text(&random)), .channel: .text("terminal")]
        if Bool.random(using: &random) {
            fields[.category] = .text(["AQ01", "SZ01"].randomElement(using: &random) ?? "")
        }
        if Bool.random(using: &random) { fields[.grid] = .text(grids.randomElement(using: &random) ?? "") }
        if Bool.random(using: &random) {
            fields[.capturedAt] = .integer(start + 60_000 * Int64.random(in: 0..<1000, using: &random))
        }
        return Change(fields: fields)
    }

    /// Reports, and random edits of them: of the text, notes, steps with a person, and concurrent ones.
    private func fill(_ node: TestNode, reports count: Int, edits: Int, _ random: inout Seeded) async throws {
        var ids: [ReportID] = []
        for _ in 0..<count {
            let id = ReportID.random()
            _ = try await node.journal.append(Samples.draft(.create, id, change: Self.creation(&random)))
            ids.append(id)
        }
        try await edit(node, ids, edits, &random)
    }

    private func edit(_ node: TestNode, _ ids: [ReportID], _ count: Int, _ random: inout Seeded) async throws {
        for number in 0..<count {
            guard let id = ids.randomElement(using: &random) else { return }
            var change = Change()
            switch Int.random(in: 0..<4, using: &random) {
            case 0: change.fields[.text] = .text(Self.text(&random))
            case 1: change.notes = [Note(text: Self.text(&random))]
            case 2:
                change.fields[.stage] = .text("filed")
                change.traces = [
                    Trace(
                        stage: "filed", department: "", text: "因", limit: "2 urgent_hours",
                        calendar: WorkCalendar.standard.version, timeMilliseconds: Self.start + Int64(number) * 60_000)
                ]
            default:
                change.traces = [
                    Trace(
                        stage: "claimed", department: "", text: Self.text(&random),
                        assignee: Self.people.randomElement(using: &random) ?? "", timeMilliseconds: Self.start)
                ]
            }
            let seen = Int.random(in: 0..<3, using: &random) == 0 ? ReportVersion() : nil
            _ = try await node.journal.append(Samples.draft(.edit, id, seen: seen, change: change))
        }
    }

    private static func question(_ random: inout Seeded) -> ReportQuery {
        var query = ReportQuery()
        query.limit = Int.random(in: 1...20, using: &random)
        let texts = ["电", "井盖", "电动车", "三单元", "a", "a栋", "b2", "water", "le", "𠮷", "动 坪山", "因", "车库 路灯", "没有"]
        if Int.random(in: 0..<5, using: &random) > 0 {
            query.search.text = SearchQuestion(texts.randomElement(using: &random) ?? "", catalogue: .standard)
        }
        if Int.random(in: 0..<3, using: &random) == 0 { query.search.person = people.randomElement(using: &random) }
        if Int.random(in: 0..<4, using: &random) == 0 { query.search.overdueAt = start + 4 * 3_600_000 }
        if Int.random(in: 0..<4, using: &random) == 0 {
            let first = UInt32(start / 1000) + .random(in: 0..<60_000, using: &random)
            query.search.times = first...first + .random(in: 0..<60_000, using: &random)
        }
        if Int.random(in: 0..<3, using: &random) == 0 { query.matching[.grid] = grids.randomElement(using: &random) }
        if Int.random(in: 0..<6, using: &random) == 0 { query.matching[.category] = "AQ01" }
        if Int.random(in: 0..<5, using: &random) == 0 { query.grids = Set(grids.prefix(2)) }
        query.conflict = [nil, nil, nil, true, false].randomElement(using: &random) ?? nil
        if query.search.isEmpty { query.search.person = people[0] }
        return query
    }

    /// What somebody finds who reads every report, newest first.
    private func expected(_ query: ReportQuery, _ node: TestNode) async throws -> [ReportID] {
        return try await reports(node).reversed().filter { Self.meets($0, query) }.map(\.id)
    }

    private static func meets(_ report: Report, _ query: ReportQuery) -> Bool {
        if let text = query.search.text, !text.isAnswered(by: report) { return false }
        if let person = query.search.person, report.summary?.assignees.contains(person) != true { return false }
        if let now = query.search.overdueAt {
            guard let summary = report.summary, summary.isOpen,
                let deadline = summary.deadline(WorkCalendar.standard(ifNamed:)), deadline.overdueFrom <= now
            else { return false }
        }
        if let times = query.search.times, !times.contains(report.searchedTime) { return false }
        if let conflict = query.conflict, conflict != report.isConflict { return false }
        if let grids = query.grids, report.text(of: .grid).map(grids.contains) != true { return false }
        return query.matching.allSatisfy { report.text(of: $0.key) == $0.value }
    }

    /// In the order of arrival.
    private func reports(_ node: TestNode) async throws -> [Report] {
        var query = ReportQuery()
        query.limit = 500
        let page = try await node.journal.reports(query)
        #expect(page.next == nil)
        var reports: [Report] = []
        for overview in page.reports.reversed() {
            reports.append(try #require(try await node.journal.report(overview.id)))
        }
        return reports
    }

    /// All pages. `isLate`: the index does not know the last changes.
    private func found(_ query: ReportQuery, _ node: TestNode, isLate: Bool = false) async throws -> [ReportID] {
        var query = query
        var ids: [ReportID] = []
        while true {
            let page = try await node.journal.reports(query)
            #expect(page.reports.count <= query.limit && page.isComplete != isLate)
            ids += page.reports.map(\.id)
            guard let next = page.next else { return ids }
            query.before = next
        }
    }

    private func catchUp(_ node: TestNode) async throws {
        while try await node.journal.indexSearch() {}
        #expect(node.journal.searchLag == SearchLag())
    }

    private func compare(_ node: TestNode, _ count: Int, _ random: inout Seeded) async throws {
        var hits = 0
        for _ in 0..<count {
            let query = Self.question(&random)
            let wanted = try await expected(query, node)
            #expect(try await found(query, node) == wanted, "\(query)")
            hits += wanted.count
        }
        #expect(hits > 0)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `each question finds what a look at every report finds`(seed: UInt64) async throws {
        var random = Seeded(seed)
        let node = try TestNode(1, .central)
        try await fill(node, reports: 120, edits: 150, &random)
        try await catchUp(node)
        try await compare(node, 40, &random)
        // From the tables, then with changes that are only in memory, then from the tables again.
        try await node.journal.writeSearch()
        #expect(node.journal.searchIndex.contents.withLock(\.waiting) == 0)
        try await compare(node, 40, &random)
        let ids = try await reports(node).map(\.id)
        try await edit(node, ids, 100, &random)
        try await fill(node, reports: 30, edits: 20, &random)
        try await catchUp(node)
        try await compare(node, 40, &random)
        try await node.journal.writeSearch()
        try await compare(node, 20, &random)
    }

    @Test(arguments: [4, 5] as [UInt64])
    func `after a restart it goes on from what was written`(seed: UInt64) async throws {
        var random = Seeded(seed)
        let node = try TestNode(1, .central)
        try await fill(node, reports: 60, edits: 60, &random)
        try await catchUp(node)
        try node.journal.close()
        try node.reopen()
        try await fill(node, reports: 10, edits: 5, &random)
        #expect(try await !node.journal.reports(Self.asked("电")).isComplete)
        try await catchUp(node)
        try await compare(node, 30, &random)
        try await node.journal.writeSearch()
        let ids = try await reports(node).map(\.id)
        try await edit(node, ids, 40, &random)
        try await catchUp(node)
        // What was in memory only is lost and read again.
        try await edit(node, ids, 20, &random)
        try node.journal.close()
        try node.reopen()
        try await catchUp(node)
        try await compare(node, 30, &random)
    }

    private static func asked(_ text: String) -> ReportQuery {
        var query = ReportQuery()
        query.search.text = SearchQuestion(text, catalogue: .standard)
        return query
    }

    @Test func `an edit removes the words that are no longer shown`() async throws {
        let node = try TestNode(1)
        let id = ReportID.random()
        try await node.create(id, text: "井盖松动")
        for isWritten in [false, true] {
            try await catchUp(node)
            if isWritten { try await node.journal.writeSearch() }
            #expect(try await found(Self.asked("井盖"), node) == [id])
            try await node.edit(id, text: "路灯不亮")
            #expect(try await found(Self.asked("井盖"), node, isLate: true).isEmpty)
            try await catchUp(node)
            #expect(try await found(Self.asked("井盖"), node).isEmpty)
            #expect(try await found(Self.asked("路灯"), node) == [id])
            try await node.edit(id, text: "井盖松动")
        }
    }

    @Test func `a segment that is complete is written by itself, and those of an upgraded journal are read`()
        async throws
    {
        let node = try TestNode(1)
        let count = OffsetSet.count + 40
        let journal = node.journal
        for _ in 0..<count / 256 + 1 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<256 {
                    let draft = Samples.draft(
                        .create, .random(), change: Change(fields: [.text: .text("路灯不亮")]))
                    group.addTask { _ = try await journal.append(draft) }
                }
                try await group.waitForAll()
            }
        }
        let rare = ReportID.random()
        try await node.create(rare, text: "井盖松动")
        try await catchUp(node)
        @Sendable func counts(_ db: Database) throws -> [Int] {
            try ["search_segments", "search_pieces"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0
            }
        }
        let written = try await node.journal.read(counts)
        #expect(written[0] == 1 && written[1] >= 1)
        #expect(node.journal.searchIndex.contents.withLock(\.waiting) < OffsetSet.count)
        let common = try await found(Self.asked("路灯"), node)
        #expect(common.count == (count / 256 + 1) * 256)
        #expect(try await found(Self.asked("井盖"), node) == [rare])

        // As after an upgrade, and with a segment that is damaged.
        try node.tamper { db in try db.execute(sql: "UPDATE identity SET search_version = 0") }
        try await catchUp(node)
        #expect(try await node.journal.read(counts) == written)
        #expect(try await found(Self.asked("路灯"), node) == common)
        try node.tamper { db in
            try db.execute(sql: "UPDATE search_pieces SET bytes = zeroblob(length(bytes))")
        }
        try await catchUp(node)
        #expect(try await !node.journal.reports(Self.asked("没有")).isComplete)
        try await catchUp(node)
        #expect(try await found(Self.asked("路灯"), node) == common)
    }

    @Test func `pieces hold what was put into them, and notice each flipped bit`() throws {
        var random = Seeded(9)
        var postings: Set<UInt64> = []
        for _ in 0..<6000 {
            postings.insert(
                SearchPiece.posting(.random(in: 1...900, using: &random), .random(in: 0..<4096, using: &random)))
        }
        for offset in 0..<3000 { postings.insert(SearchPiece.posting(1234, offset)) }
        for term in [UInt32(1), .max] { postings.insert(SearchPiece.posting(term, 4095)) }
        let sorted = postings.sorted()
        var shuffled = postings.shuffled(using: &random)
        SearchPiece.sort(&shuffled)
        #expect(shuffled == sorted)
        let pieces = SearchPiece.encode(sorted)
        var read: [UInt64] = []
        for piece in pieces {
            #expect(piece.bytes.count < 4000)
            #expect(piece.bytes.withUnsafeBytes { SearchPiece.read($0, into: &read) })
        }
        #expect(read == sorted)
        #expect(pieces.map(\.last) == pieces.map(\.last).sorted() && pieces.last?.last == .max && pieces.count > 2)
        let piece = try #require(pieces.first { $0.last >= 1234 })
        var all = OffsetSet()
        for offset in 0..<3000 { all.insert(offset) }
        let having = try #require(piece.bytes.withUnsafeBytes { SearchPiece.offsets(of: 1234, in: $0) })
        #expect(having.words == all.words && having.last(below: 4096) == 2999 && having.last(below: 5) == 4)
        for index in piece.bytes.indices where index % 7 == 0 {
            var wrong = piece.bytes
            wrong[index] ^= 1 << UInt8(index % 8)
            #expect(wrong.withUnsafeBytes { SearchPiece.offsets(of: 1234, in: $0) } == nil)
        }
    }

    @Test func `a listing with several conditions shows what was committed before, by the index or without it`()
        async throws
    {
        let node = try TestNode(1, .central)
        let ids = try await CaseTableTests.fill(node, seed: 12, reports: 60, steps: 200)
        func check(isIndexed: Bool) async throws {
            var all: [Report] = []
            for id in ids.reversed() { all.append(try #require(try await node.journal.report(id))) }
            var count = 0
            for (grid, stage) in [("10014", "filed"), ("10018", "dispatched"), ("10022", "reopened"), ("1", "none")] {
                var query = ReportQuery()
                query.matching = [.grid: grid, .stage: stage]
                query.limit = 2
                let wanted = all.filter { $0.text(of: .grid) == grid && $0.text(of: .stage) == stage }.map(\.id)
                var found: [ReportID] = []
                repeat {
                    let page = try await node.journal.reports(query)
                    #expect(page.isComplete && (page.next == nil || page.reports.count == 2))
                    found += page.reports.map(\.id)
                    query.before = page.next
                } while query.before != nil
                #expect(found == wanted)
                count += found.count
                let indexed = try await node.journal.indexedReports(query)
                #expect((indexed != nil) == isIndexed)
            }
            #expect(count > 0, "too few to show anything")
        }
        try await check(isIndexed: false)
        try await catchUp(node)
        try await check(isIndexed: true)
        // The index is behind for good.
        for id in ids.prefix(20) {
            _ = try await node.journal.append(
                Samples.draft(.edit, id, change: Change(fields: [.grid: .text("10014"), .stage: .text("filed")])))
        }
        try await check(isIndexed: false)
        // It comes while the listing waits.
        let journal = node.journal
        async let page = journal.indexedReports(Self.filed)
        try await catchUp(node)
        _ = try await page
        try await check(isIndexed: true)
        // Not for few grids alone.
        var query = ReportQuery()
        query.grids = ["10014"]
        let few = try await node.journal.indexedReports(query)
        #expect(few == nil)
    }

    private static var filed: ReportQuery {
        var query = ReportQuery()
        query.matching = [.grid: "10014", .stage: "filed"]
        return query
    }

    @Test func `at a gateway a pruned report is not found, and it is when its bodies are back`() async throws {
        // `RetentionTests` has the whole way; here the row says it.
        let node = try TestNode(1)
        let id = ReportID.random()
        try await node.create(id, text: "井盖松动")
        try await catchUp(node)
        try await node.journal.queue.write { try $0.db.execute(sql: "UPDATE reports SET pruned = 1") }
        #expect(try await found(Self.asked("井盖"), node).isEmpty)
        try await node.journal.queue.write { try $0.db.execute(sql: "UPDATE reports SET pruned = 0") }
        #expect(try await found(Self.asked("井盖"), node) == [id])
    }
}
