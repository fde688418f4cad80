import FieldpostCore
import FieldpostStore
import Foundation
import GRDB
import Testing

@testable import FieldpostJournal

/// The tables of cases and tasks, against a fold of all reports.
struct CaseTableTests {
    private static let people = ["王敏", "李强", "网格员01"]
    private static let departments = ["市政", "消防", "城管"]
    private static let grids = ["10014", "10018", "10022"]
    private static let hour: Int64 = 3_600_000
    /// 2026-11-30 10:00 in Asia/Shanghai.
    private static let start: Int64 = 1_796_004_000_000

    /// Some reports, and random steps of them, some on older versions.
    static func fill(_ node: TestNode, seed: UInt64, reports count: Int, steps: Int) async throws -> [ReportID] {
        var random = Seeded(seed)
        let ids = (1...count).map { ReportID(UInt128(seed) << 32 | UInt128($0)) }
        for id in ids { try await node.create(id, grid: grids.randomElement(using: &random)) }
        for number in 0..<steps {
            let id = ids[Int.random(in: 0..<count, using: &random)]
            let report = try #require(try await node.journal.report(id))
            let seen = Int.random(in: 0..<4, using: &random) == 0 ? ReportVersion() : report.version
            guard let step = report.handling.next.randomElement(using: &random) else { continue }
            _ = try await node.journal.append(
                Samples.draft(
                    .edit, id, seen: seen, change: change(step, at: Int64(number) * hour / 4, &random)))
        }
        return ids
    }

    static func change(_ step: Workflow.Stage, at time: Int64, _ random: inout Seeded) -> Change {
        let department =
            step.needs.contains(.department) ? departments.randomElement(using: &random) ?? "" : ""
        let assignee = step.needs.contains(.assignee) ? people.randomElement(using: &random) ?? "" : ""
        let isFiled = step.code == "filed"
        let trace = Trace(
            stage: step.code, department: department, text: "因", assignee: assignee,
            limit: isFiled ? "\(Int.random(in: 1...40, using: &random)) urgent_hours" : "",
            calendar: isFiled ? WorkCalendar.standard.version : "", timeMilliseconds: start + time,
            untilMilliseconds: step.needs.contains(.until) ? start + time + 50 * hour : 0)
        var fields: [FieldName: FieldValue] = step.kind == .side ? [:] : [.stage: .text(step.code)]
        if !department.isEmpty { fields[.department] = .text(department) }
        return Change(fields: fields, traces: [trace])
    }

    /// What a person would find who reads every report.
    private func expected(
        _ query: TaskQuery, _ reports: [Report], now: Int64
    ) -> (handled: [ReportID], untouched: Set<ReportID>) {
        func mayShow(_ report: Report) -> Bool {
            query.grids.map { grids in report.text(of: .grid).map(grids.contains) ?? false } ?? true
        }
        let handled = reports.filter { report in
            guard let summary = report.summary, summary.isOpen, !query.isUntouched else { return false }
            let deadline = summary.deadline(WorkCalendar.standard(ifNamed:))
            return (query.department.map(summary.departments.contains) ?? true)
                && (query.person.map(summary.assignees.contains) ?? true)
                && (query.group.map(summary.groups.contains) ?? true)
                && (query.stage.map(summary.stages.contains) ?? true)
                && (query.grid.map { report.text(of: .grid) == $0 } ?? true) && mayShow(report)
                && (!query.isDisputed || report.overview.isDisputed)
                && (!query.isOverdue || deadline.map { $0.overdueFrom <= now } ?? false)
        }
        let isForDispatchers =
            query.department == nil && query.person == nil && !query.isOverdue
            && [nil, "accepted"].contains(query.stage)
            && [nil, .dispatcher].contains(query.group)
        let untouched = reports.filter { report in
            isForDispatchers && report.summary == nil && (query.grid.map { report.text(of: .grid) == $0 } ?? true)
                && (!query.isDisputed || report.isConflict) && mayShow(report)
        }
        return (handled.map(\.id), Set(untouched.map(\.id)))
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `each filter finds what a fold of all reports finds, page by page`(seed: UInt64) async throws {
        let node = try TestNode(1, seed == 2 ? .gateway : .central)
        let ids = try await Self.fill(node, seed: seed, reports: 40, steps: 400)
        var reports: [Report] = []
        for id in ids { reports.append(try #require(try await node.journal.report(id))) }
        let order = Dictionary(
            uniqueKeysWithValues: reports.map { report in
                (report.id, report.summary?.deadline(WorkCalendar.standard(ifNamed:))?.overdueFrom ?? .max)
            })
        var random = Seeded(seed + 50)
        var found = 0
        for _ in 0..<200 {
            var query = TaskQuery()
            func maybe<Value>(_ values: [Value]) -> Value? {
                Int.random(in: 0..<4, using: &random) == 0 ? values.randomElement(using: &random) : nil
            }
            query.department = maybe(Self.departments)
            query.person = maybe(Self.people)
            query.grid = maybe(Self.grids + ["nowhere"])
            query.grids = maybe([[], [Self.grids[1]], [Self.grids[0], Self.grids[2], "nowhere"]])
            query.stage = maybe(Workflow.standard.stages.map(\.code))
            query.group = maybe([.dispatcher, .collector, .handler, .leader])
            query.isOverdue = maybe([true]) ?? false
            query.isDisputed = maybe([true]) ?? false
            query.isUntouched = maybe([true]) ?? false
            query.limit = Int.random(in: 1...20, using: &random)
            let now = Self.start + Int64.random(in: 0...100, using: &random) * Self.hour
            let wanted = expected(query, reports, now: now)
            var tasks: [CaseTask] = []
            repeat {
                let page = try await node.journal.tasks(query, now: now)
                #expect(page.tasks.count <= query.limit && page.isComplete)
                tasks += page.tasks
                query.after = page.next
            } while query.after != nil
            let handled = tasks.filter { $0.summary != nil }.map(\.report)
            #expect(handled.count == wanted.handled.count && Set(handled) == Set(wanted.handled), "\(query)")
            #expect(handled.map { order[$0] ?? 0 } == handled.map { order[$0] ?? 0 }.sorted())
            let untouched = tasks.dropFirst(handled.count).map(\.report)
            #expect(untouched.count == wanted.untouched.count && Set(untouched) == wanted.untouched, "\(query)")
            found += tasks.count
        }
        #expect(found > 300, "the filters found too little to show anything")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `counts are those of a fold of all reports`(seed: UInt64) async throws {
        let node = try TestNode(1, .central)
        let ids = try await Self.fill(node, seed: seed + 70, reports: 60, steps: 400)
        var reports: [Report] = []
        for id in ids { reports.append(try #require(try await node.journal.report(id))) }
        let atSeveral = reports.filter { ($0.summary?.stages.count ?? 0) > 1 }
        #expect(atSeveral.contains { $0.summary?.stages.min() != $0.summary?.stage }, "none shows how these count")
        let now = Self.start + 60 * Self.hour
        for grids in [nil, [Self.grids[1]], [Self.grids[0], Self.grids[2], "nowhere"], []] as [Set<String>?] {
            for (department, person) in [(nil, nil), (Self.departments[0], nil), (nil, Self.people[1])] {
                let others: [(String?, Workflow.Actor?)] = [(nil, nil), (Self.grids[0], nil), (nil, .handler)]
                for (grid, group) in others {
                    var query = TaskQuery()
                    (query.grids, query.department, query.person) = (grids, department, person)
                    (query.grid, query.group) = (grid, group)
                    let wanted = expected(query, reports, now: now)
                    var counts = TaskCounts()
                    for report in reports where wanted.handled.contains(report.id) {
                        guard let summary = report.summary else { continue }
                        let deadline = summary.deadline(WorkCalendar.standard(ifNamed:))
                        let isOverdue = deadline.map { $0.overdueFrom <= now } ?? false
                        counts.stages[summary.stage, default: .init()].count += 1
                        counts.stages[summary.stage]?.overdue += isOverdue ? 1 : 0
                    }
                    let found = try await node.journal.taskCounts(query, now: now)
                    #expect(found.stages == counts.stages, "\(query)")
                    #expect((found.untouched ?? 0) == wanted.untouched.count, "\(query)")
                }
            }
        }
    }

    @Test func `the mark of a page changes with it, and not with anything else`() async throws {
        let node = try TestNode(1, .central)
        let ids = try await Self.fill(node, seed: 9, reports: 12, steps: 60)
        var query = TaskQuery()
        query.grid = Self.grids[0]
        func mark(_ now: Int64 = Self.start) async throws -> Hash256 {
            try await node.journal.taskMark(query, now: now)
        }
        let first = try await mark()
        #expect(try await mark() == first)
        let (same, page) = try await node.journal.tasks(query, now: Self.start) { _ in false }
        #expect(same == first && page?.tasks.isEmpty == false)
        #expect(try await node.journal.tasks(query, now: Self.start) { $0 == first }.page == nil)
        try await node.create(grid: Self.grids[1])
        #expect(try await mark() == first)
        let other = try await node.create(grid: Self.grids[0])
        let second = try await mark()
        #expect(second != first)
        try await node.edit(other.entry.report, text: "补充")
        let third = try await mark()
        #expect(third != second)
        // A deadline passes.
        query.grid = nil
        #expect(try await mark(.max - 1) != mark(0))
        #expect(ids.count == 12)
    }

    @Test func `a new report writes no page for its case`() async throws {
        let node = try TestNode(1, .central)
        for number in 0..<50 { try await node.create(grid: "1\(number)") }
        let counts = try await node.journal.read { db in
            try ["cases", "tasks"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(counts == [0, 0])
        #expect(try await node.journal.tasks(TaskQuery(), now: 0).tasks.count == 50)
    }

    @Test func `a scrub repairs every kind of wrong row, and a sound table stays as it is`() async throws {
        let node = try TestNode(1, .central)
        _ = try await Self.fill(node, seed: 4, reports: 20, steps: 200)
        func rows() async throws -> [[String]] {
            try await node.journal.read { db in
                try ["reports", "cases", "tasks"].map { table in
                    try Row.fetchAll(db, sql: "SELECT * FROM \(table) ORDER BY 1, 2, 3").map(\.description)
                }
            }
        }
        func repaired() async throws -> Int {
            var (cursor, count): (ScrubCursor?, Int) = (.reports(after: 0), 0)
            while let place = cursor {
                let step = try await node.journal.scrub(place)
                (cursor, count) = (step.next, count + step.repaired)
            }
            return count
        }
        let sound = try await rows()
        #expect(sound.allSatisfy { $0.count > 10 })
        #expect(try await repaired() == 0)
        let one = "report = (SELECT report FROM cases WHERE open AND deadline IS NOT NULL LIMIT 1)"
        for damage in [
            "DELETE FROM cases WHERE \(one)", "DELETE FROM tasks WHERE \(one) AND kind = 2",
            "UPDATE cases SET open = 0 WHERE \(one)", "UPDATE cases SET stage = 'x' WHERE \(one)",
            "UPDATE cases SET overdue_from = 1 WHERE \(one)", "UPDATE cases SET next_event = NULL WHERE \(one)",
            "UPDATE cases SET keys = x'0100' WHERE \(one)", "UPDATE cases SET keys = 'text' WHERE \(one)",
            "UPDATE reports SET handled = 0 WHERE number = (SELECT max(report) FROM cases)",
            "UPDATE reports SET handled = 1",
            "UPDATE reports SET facts = NULL WHERE number = (SELECT report FROM cases WHERE open LIMIT 1)",
            "UPDATE reports SET facts = x'0100' WHERE NOT handled", "UPDATE reports SET facts = 'text'",
            "INSERT INTO cases SELECT number, 1, 'x', NULL, NULL, NULL, NULL, NULL, x'' "
                + "FROM reports WHERE NOT handled LIMIT 1",
        ] {
            try node.tamper { db in try db.execute(sql: damage) }
            #expect(try await repaired() > 0 || !damage.contains(one), "\(damage)")
            var left = try await rows()
            if damage.contains("keys") {
                // Where a row of `tasks` was, nothing says any more. Lists leave it out.
                #expect(Set(left[2]).isSuperset(of: sound[2]))
                left[2] = sound[2]
            }
            #expect(left == sound, "\(damage)")
            try node.tamper { db in
                try db.execute(sql: "DELETE FROM tasks WHERE report NOT IN (SELECT report FROM cases)")
            }
        }
    }

    @Test func `a journal of an earlier version gets its table in steps, also over a restart`() async throws {
        let node = try TestNode(1, .central)
        let ids = try await Self.fill(node, seed: 5, reports: 90, steps: 300)
        func shown() async throws -> [ReportID] {
            var query = TaskQuery()
            query.limit = 500
            return try await node.journal.tasks(query, now: 0).tasks.map(\.report)
        }
        let sound = try await shown()
        try node.tamper { db in
            try db.execute(
                sql: "DELETE FROM cases; DELETE FROM tasks; UPDATE reports SET handled = 0, facts = NULL; "
                    + "UPDATE identity SET cases_version = 0")
        }
        #expect(try await !node.journal.tasks(TaskQuery(), now: 0).isComplete)
        #expect(try await node.journal.rebuildCases())
        try node.reopen(closing: true)
        // What comes meanwhile is right at once.
        try await node.edit(ids[80], text: "又来一个")
        while try await node.journal.rebuildCases() {}
        #expect(try await node.journal.tasks(TaskQuery(), now: 0).isComplete)
        #expect(try await shown() == sound)
        #expect(try await !node.journal.rebuildCases())
    }

    @Test func `two who take a task at two nodes see each other`() async throws {
        let (gateway, central) = (try TestNode(1), try TestNode(2, .central))
        try await central.journal.register(gateway.id, name: "石井社区", grids: ["10014"])
        let report = try await gateway.create(grid: "10014").entry.report
        var random = Seeded(1)
        let dispatched = try #require(Workflow.standard["dispatched"])
        _ = try await gateway.journal.append(
            Samples.draft(.edit, report, change: Self.change(dispatched, at: 0, &random)))
        try await central.pull(from: gateway)
        for (node, name) in [(gateway, "王敏"), (central, "李强")] {
            let claim = Trace(stage: "claimed", department: "", text: "", assignee: name)
            _ = try await node.journal.append(Samples.draft(.edit, report, change: Change(traces: [claim])))
        }
        try await central.pull(from: gateway)
        try await gateway.follow(central)
        for node in [gateway, central] {
            for name in ["王敏", "李强"] {
                var query = TaskQuery()
                query.person = name
                let tasks = try await node.journal.tasks(query, now: 0).tasks
                #expect(tasks.map(\.report) == [report])
                #expect(Set(tasks.first?.summary?.assignees ?? []) == ["王敏", "李强"])
            }
        }
    }
}

extension TestNode {
    func reopen(closing: Bool) throws {
        if closing { try journal.close() }
        try reopen()
    }
}
