import FieldpostCore
import FieldpostStore
import FieldpostWire
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// Receipts of reports, what their reporters took back, and what a gateway keeps of both.
struct ReporterReceiptTests {
    private static let hour: Int64 = 3_600_000
    private static let day: UInt64 = 86_400_000

    private static func hash(_ number: UInt8) -> Hash256 { Hash256(hashing: [number]) }

    private static func new(_ number: UInt8, grid: String = "10014") -> Change {
        Change(fields: [
            .text: .text("路灯不亮"), .channel: .text("suishoupai"), .grid: .text(grid), .category: .text("SZ05"),
            .receipt: .text(hash(number).hex),
        ])
    }

    private static func step(_ code: String, department: String = "") -> Change {
        var fields: [FieldName: FieldValue] = [.stage: .text(code)]
        if !department.isEmpty { fields[.department] = .text(department) }
        let trace = Trace(stage: code, department: department, text: "已办", audience: .everyone)
        return Change(fields: fields, traces: [trace])
    }

    private static let taken = Change(fields: [.hidden: .text("reporter")])

    private func create(_ number: UInt8, at node: TestNode) async throws -> ReportID {
        try await node.journal.append(Samples.draft(.create, .random(), change: Self.new(number))).entry.report
    }

    private func edit(_ id: ReportID, _ change: Change, at journal: Journal) async throws {
        _ = try await journal.append(Samples.draft(.edit, id, change: change))
    }

    private func id(_ found: FoundReceipt?) -> ReportID? {
        switch found {
        case .report(let report): report.id
        case .summary(let summary): summary.id
        case .gone(let id): id
        case nil: nil
        }
    }

    // MARK: Finding

    @Test func `a receipt finds its report, and an unknown one none`() async throws {
        let node = try TestNode(1, .central)
        let ids = try await [create(1, at: node), create(2, at: node)]
        try await node.create()
        for (number, expected) in zip([1, 2] as [UInt8], ids) {
            #expect(id(try await node.journal.receipt(Self.hash(number))) == expected)
        }
        #expect(id(try await node.journal.receipt(Self.hash(3))) == nil)
        // Whoever learns the hash and writes it to another report gets nothing in its place.
        let later = try await create(1, at: node)
        #expect(id(try await node.journal.receipt(Self.hash(1))) == ids[0] && later != ids[0])
    }

    @Test func `a receipt that is replaced opens nothing, and one beside it opens too`() async throws {
        let node = try TestNode(1, .central)
        let report = try await create(1, at: node)
        try await edit(report, Change(fields: [.receipt: .text(Self.hash(2).hex)]), at: node.journal)
        #expect(id(try await node.journal.receipt(Self.hash(1))) == nil)
        #expect(id(try await node.journal.receipt(Self.hash(2))) == report)
        let beside = Change(fields: [.receipt: .text(Self.hash(3).hex)])
        _ = try await node.journal.append(Samples.draft(.edit, report, seen: ReportVersion(), change: beside))
        for number in [2, 3] as [UInt8] { #expect(id(try await node.journal.receipt(Self.hash(number))) == report) }
        try await edit(report, Change(fields: [.receipt: .cleared]), at: node.journal)
        for number in [1, 2, 3] as [UInt8] { #expect(id(try await node.journal.receipt(Self.hash(number))) == nil) }
    }

    @Test func `rows of receipts are mended by the scrub, and a wrong one opens nothing`() async throws {
        let node = try TestNode(1, .central)
        let (first, second) = try await (create(1, at: node), create(2, at: node))
        try await edit(second, Self.taken, at: node.journal)
        try node.tamper { db in
            try db.execute(sql: "DELETE FROM report_receipts WHERE report = 1")
            try db.execute(
                sql: "INSERT INTO report_receipts (report, hash) VALUES (2, ?)", arguments: [Self.hash(9).column])
            try db.execute(sql: "UPDATE reports SET hidden = 1 - hidden")
        }
        #expect(id(try await node.journal.receipt(Self.hash(1))) == nil)
        #expect(id(try await node.journal.receipt(Self.hash(9))) == nil)
        var cursor: ScrubCursor? = .start
        while let place = cursor { cursor = try await node.journal.scrub(place).next }
        #expect(id(try await node.journal.receipt(Self.hash(1))) == first)
        let rows = try await node.journal.pool.read { db in
            try Int.fetchAll(db, sql: "SELECT count(*) FROM report_receipts")
                + Int.fetchAll(db, sql: "SELECT hidden FROM reports ORDER BY number")
        }
        #expect(rows == [2, 0, 1])
    }

    @Test func `a journal of before gets the rows of its receipts, and so does a repaired one`() async throws {
        let node = try TestNode(1, .central)
        let (first, second) = try await (create(1, at: node), create(2, at: node))
        try await edit(second, Self.taken, at: node.journal)
        try node.tamper { db in
            try db.execute(
                sql: """
                    DELETE FROM report_receipts; UPDATE reports SET hidden = 0;
                    UPDATE identity SET cases_version = 0, cases_made = 0;
                    """)
        }
        while try await node.journal.rebuildCases() {}
        func check() async throws {
            #expect(id(try await node.journal.receipt(Self.hash(1))) == first)
            #expect(id(try await node.journal.receipt(Self.hash(2))) == second)
            #expect(try await node.journal.isHidden(second))
            #expect(try await !node.journal.isHidden(first))
            #expect(try await node.journal.reports(ReportQuery()).reports.map(\.id) == [first])
        }
        try await check()
        try node.journal.close()
        _ = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        try node.reopen()
        try await check()
    }

    // MARK: Taking back

    @Test(arguments: [Role.gateway, .central])
    func `what is taken back leaves lists and tasks at once, for good`(role: Role) async throws {
        let node = try TestNode(1, role)
        let (kept, gone) = try await (create(1, at: node), create(2, at: node))
        for id in [kept, gone] {
            try await edit(id, Self.step("dispatched", department: "市政"), at: node.journal)
        }
        let untouched = try await create(3, at: node)
        var department = TaskQuery()
        department.department = "市政"
        #expect(try await node.journal.tasks(department, now: 0).tasks.count == 2)
        let mark = try await node.journal.taskMark(TaskQuery(), now: 0)
        for id in [gone, untouched] { try await edit(id, Self.taken, at: node.journal) }
        #expect(try await node.journal.taskMark(TaskQuery(), now: 0) != mark)

        func check() async throws {
            #expect(try await node.journal.tasks(department, now: 0).tasks.map(\.report) == [kept])
            #expect(try await node.journal.tasks(TaskQuery(), now: 0).tasks.map(\.report) == [kept])
            var matching = ReportQuery()
            matching.matching = [.grid: "10014"]
            for query in [ReportQuery(), matching] {
                #expect(try await node.journal.reports(query).reports.map(\.id) == [kept])
            }
            #expect(try await node.journal.facts(after: 0).cases.map(\.facts.id) == [kept])
            var hidden = matching
            hidden.isHidden = true
            #expect(try await node.journal.reports(hidden).reports.map(\.id) == [untouched, gone])
            #expect(try await node.journal.report(gone)?.isHidden == true, "the entries stay")
        }
        try await check()
        // Neither what others write beside it, nor who clears the field, brings it back.
        _ = try await node.journal.append(
            Samples.draft(.edit, gone, seen: ReportVersion(), change: Self.step("closed")))
        try await edit(gone, Change(fields: [.hidden: .cleared]), at: node.journal)
        try await edit(untouched, Self.step("accepted"), at: node.journal)
        try await check()
    }

    @Test func `no event is raised about what was taken back`() async throws {
        let node = try TestNode(1, .central)
        for number in [1, 2] as [UInt8] {
            let id = try await create(number, at: node)
            let filed = Trace(
                stage: "filed", department: "", text: "", limit: "1 urgent_hours",
                calendar: WorkCalendar.standard.version, timeMilliseconds: Self.hour)
            try await edit(id, Change(fields: [.stage: .text("filed")], traces: [filed]), at: node.journal)
            if number == 2 { try await edit(id, Self.taken, at: node.journal) }
        }
        #expect(try await node.journal.raiseCaseEvents(now: 100 * Self.hour) == 2)
        #expect(Set(try await node.journal.caseEvents(after: 0, limit: 9).map(\.report)).count == 1)
    }

    // MARK: Retention

    @Test func `an open case stays whatever its age, and is pruned an age after its end`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        var cases: [ReportID] = []
        for number in 0..<Limits.prunedReports + 5 {
            let id = try await gateway.create(text: "井盖松动").entry.report
            if number > 1 { try await edit(id, Self.step("accepted"), at: gateway.journal) }
            cases.append(id)
        }
        try await gateway.sync(with: central)
        for _ in 0..<3 { try await gateway.pruneAll(with: central) }
        // Reports for which nobody did anything are no cases.
        #expect(try await gateway.journal.statistics().retention.prunedReports == 2)
        #expect(try await gateway.journal.isPruned(cases[0]))
        #expect(try await !gateway.journal.isPruned(cases[2]))
        try await edit(cases[2], Self.step("closed"), at: gateway.journal)
        try await edit(cases[3], Self.taken, at: gateway.journal)
        try await gateway.sync(with: central)
        #expect(try await gateway.prune(with: central).reports == 0)
        try await gateway.pruneAll(with: central)
        for ended in cases[2...3] { #expect(try await gateway.journal.isPruned(ended)) }
        #expect(try await gateway.journal.statistics().retention.prunedReports == 4)
        try await edit(cases[4], Self.step("closed"), at: central.journal)
        #expect(try await gateway.journal.digest().reports == cases.count)
    }

    @Test func `after pruning, a summary answers until seven days after the end`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let closed = try await gateway.journal.append(Samples.draft(.create, .random(), change: Self.new(1))).entry
        try await edit(closed.report, Self.step("accepted"), at: gateway.journal)
        try await edit(
            closed.report, Change(notes: [Note(text: "内部"), Note(text: "已修好", audience: .everyone)]),
            at: gateway.journal)
        try await edit(closed.report, Self.step("closed"), at: gateway.journal)
        let waiting = try await gateway.journal.append(Samples.draft(.create, .random(), change: Self.new(2))).entry
        let plain = try await gateway.create().entry.report
        let before = try #require(try await gateway.journal.report(closed.report))
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        for id in [closed.report, plain] { #expect(try await gateway.journal.isPruned(id)) }
        guard case .summary(let summary) = try await gateway.journal.receipt(Self.hash(1)) else {
            Issue.record("no summary")
            return
        }
        #expect(summary.id == closed.report && summary.version == before.version)
        let calendar: (String) -> WorkCalendar? = WorkCalendar.standard(ifNamed:)
        #expect(summary.report == PublicReport(of: before, now: 0, calendar: calendar))
        #expect(summary.report.notes.map(\.text) == ["已修好"] && summary.report.stage == "closed")
        guard case .summary(let other) = try await gateway.journal.receipt(Self.hash(2)) else {
            Issue.record("no summary of a report that waits")
            return
        }
        #expect(other.id == waiting.report && other.report.isOpen)
        // It survives a restart.
        try gateway.interrupted { _ in }
        #expect(try await gateway.journal.summary(of: closed.report)?.version == before.version)

        for _ in 0..<7 { try await gateway.rest(for: Self.day, with: central) }
        _ = try await gateway.compare(with: central)
        _ = try await gateway.prune(with: central)
        guard case .gone(closed.report) = try await gateway.journal.receipt(Self.hash(1)) else {
            Issue.record("the summary of a closed case stays for ever")
            return
        }
        #expect(id(try await gateway.journal.receipt(Self.hash(2))) == waiting.report)
    }

    @Test func `what comes for a summarized report brings its bodies back, and it can be rated`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.journal.append(Samples.draft(.create, .random(), change: Self.new(1))).entry
            .report
        try await edit(report, Self.step("closed"), at: gateway.journal)
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let summary = try #require(try await gateway.journal.summary(of: report))
        var reopened = Self.step("reopened")
        reopened.fields[.rating] = .text("dissatisfied")
        _ = try await gateway.journal.append(
            Samples.draft(.edit, report, seen: summary.version, change: reopened))
        #expect(try await gateway.journal.summary(of: report) != nil, "until the bodies are back")
        try await gateway.sync(with: central)
        let atCentral = try #require(try await central.journal.report(report))
        #expect(atCentral.handling.stage == "reopened" && atCentral.handling.disputes.isEmpty)
        for case .run(let origin, let first, let last) in try await gateway.journal.missing() {
            for seq in first...last { _ = try await gateway.fetch(.run(origin, first: seq, last: seq), from: central) }
        }
        guard case .report(let back) = try await gateway.journal.receipt(Self.hash(1)) else {
            Issue.record("the report is not back")
            return
        }
        #expect(back == atCentral)
        #expect(try await gateway.journal.summary(of: report) == nil)
        for _ in 0..<2 { try await gateway.pruneAll(with: central) }
        #expect(try await !gateway.journal.isPruned(report), "it is open again")
    }

    @Test func `a summary is bounded, and keeps the last words`() async throws {
        let (gateway, central) = (try Station(1), try Station(9, .central))
        let report = try await gateway.journal.append(Samples.draft(.create, .random(), change: Self.new(1))).entry
            .report
        for number in 0..<60 {
            let words = "\(number)" + String(repeating: "说", count: 600)
            try await edit(report, Change(notes: [Note(text: words, audience: .everyone)]), at: gateway.journal)
        }
        try await edit(report, Self.step("voided"), at: gateway.journal)
        try await gateway.sync(with: central)
        try await gateway.pruneAll(with: central)
        let summary = try #require(try await gateway.journal.summary(of: report)).report
        #expect(summary.notes.last?.text.hasPrefix("59") == true && (4..<12).contains(summary.notes.count))
        let bytes = try await gateway.journal.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT length(summary) FROM receipt_summaries")
        }
        #expect(try #require(bytes) <= Limits.receiptSummaryBytes)
    }
}
