import FieldpostCore
import FieldpostStore
import FieldpostWire
import Testing

@testable import FieldpostJournal

/// Events about deadlines, with a clock that the test drives.
struct CaseEventTests {
    private static let start: Int64 = 1_796_004_000_000
    private static let hour: Int64 = 3_600_000

    private func step(
        _ code: String, of report: ReportID, at node: TestNode, hours: Int64 = 0, until: Int64 = 0,
        calendar: String = WorkCalendar.standard.version
    ) async throws {
        let trace = Trace(
            stage: code, department: "", text: "因", limit: code == "filed" ? "10 urgent_hours" : "",
            calendar: code == "filed" ? calendar : "",
            timeMilliseconds: Self.start + hours * Self.hour, untilMilliseconds: until)
        let isSide = Workflow.standard[code]?.kind == .side
        _ = try await node.journal.append(
            Samples.draft(
                .edit, report, change: Change(fields: isSide ? [:] : [.stage: .text(code)], traces: [trace])))
    }

    /// "due-soon 8" for each event after a number, with the deadline in hours after the start.
    private func events(_ node: TestNode, after number: Int64 = 0) async throws -> [String] {
        try await node.journal.caseEvents(after: number, limit: 100).map {
            "\($0.kind.rawValue) \(($0.deadline - Self.start) / Self.hour)"
        }
    }

    private func raise(_ node: TestNode, hours: Int64, milliseconds: Int64 = 0) async throws -> Int {
        try await node.journal.raiseCaseEvents(now: Self.start + hours * Self.hour + milliseconds)
    }

    @Test func `each event is raised once, and an extension makes new ones`() async throws {
        let node = try TestNode(1, .central)
        let report = try await node.create().entry.report
        #expect(try await node.journal.nextCaseEvent() == nil)
        try await step("filed", of: report, at: node)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 8 * Self.hour)
        #expect(try await raise(node, hours: 8, milliseconds: -1) == 0)
        #expect(try await raise(node, hours: 8) == 1)
        #expect(try await raise(node, hours: 9) == 0)
        // At the deadline itself it is on time.
        #expect(try await raise(node, hours: 10) == 0)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 10 * Self.hour + 1)
        try node.reopen(closing: true)
        #expect(try await raise(node, hours: 10, milliseconds: 1) == 1)
        #expect(try await events(node) == ["due-soon 10", "overdue 10"])
        #expect(try await node.journal.nextCaseEvent() == nil)
        // What comes meanwhile makes no other deadline.
        try await node.edit(report, text: "补充")
        try await step("dispatched", of: report, at: node, hours: 11)
        #expect(try await raise(node, hours: 12) == 0)
        try await step("extended", of: report, at: node, hours: 12, until: Self.start + 20 * Self.hour)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 18 * Self.hour)
        #expect(try await raise(node, hours: 30) == 2)
        #expect(try await events(node, after: 2) == ["due-soon 20", "overdue 20"])
        let all = try await node.journal.caseEvents(after: 0, limit: 100)
        #expect(all.map(\.number) == [1, 2, 3, 4] && Set(all.map(\.report)) == [report])
        #expect(all.last?.raisedAt == Self.start + 30 * Self.hour)
        #expect(try await node.journal.caseEvents(after: 1, limit: 2).map(\.number) == [2, 3])
    }

    @Test func `a clock that is wrong for a while neither repeats nor loses an event`() async throws {
        let node = try TestNode(1, .central)
        let (early, late) = (try await node.create().entry.report, try await node.create().entry.report)
        try await step("filed", of: early, at: node)
        // In 2036 for a moment, then in 1970, then right.
        #expect(try await raise(node, hours: 90_000) == 2)
        try await step("filed", of: late, at: node, hours: 1)
        #expect(try await raise(node, hours: -400_000) == 0)
        #expect(try await raise(node, hours: 9) == 1)
        #expect(try await raise(node, hours: 100) == 1)
        #expect(try await events(node) == ["due-soon 10", "overdue 10", "due-soon 11", "overdue 11"])
        #expect(try await raise(node, hours: 90_000) == 0)
    }

    @Test func `nothing is raised of a case whose time stands still, or that has ended`() async throws {
        let node = try TestNode(1, .central)
        let report = try await node.create().entry.report
        try await step("filed", of: report, at: node)
        try await step("suspended", of: report, at: node, hours: 2, until: Self.start + 500 * Self.hour)
        #expect(try await raise(node, hours: 400) == 0)
        try await step("resumed", of: report, at: node, hours: 402)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 408 * Self.hour)
        try await step("voided", of: report, at: node, hours: 403)
        #expect(try await raise(node, hours: 1000) == 0)
        #expect(try await events(node) == [])
    }

    private func setCalendar(at node: TestNode) async throws -> String {
        let text = String(decoding: WorkCalendar.standard.text, as: UTF8.self)
        let setting = try #require(CentralSetting(name: CentralSetting.calendar, text: text))
        let known = try await node.journal.setting(CentralSetting.calendar, of: node.id)?.id
        return try await node.journal.keep(setting, replacing: known, author: "root", stamp: .unknown).id.description
    }

    /// Makes the table of cases anew where that is due, then checks all rows.
    private func repairs(at node: TestNode) async throws -> Int {
        while try await node.journal.rebuildCases() {}
        var (place, repaired) = (ScrubCursor.reports(after: 0) as ScrubCursor?, 0)
        while let next = place {
            let step = try await node.journal.scrub(next)
            (place, repaired) = (step.next, repaired + step.repaired)
        }
        return repaired
    }

    @Test func `a case by a calendar of central has its deadline, also if the calendar comes later`() async throws {
        let node = try TestNode(1, .central)
        let version = try await setCalendar(at: node)
        let report = try await node.create().entry.report
        try await step("filed", of: report, at: node, calendar: version)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 8 * Self.hour)
        let other = try await node.create().entry.report
        try await step("filed", of: other, at: node, calendar: "nobody's")
        #expect(try await repairs(at: node) == 0)
        #expect(try await raise(node, hours: 20) == 2)
        // The id of an entry follows from its place.
        let early = try await node.create().entry.report
        let head = try await node.journal.head()
        let coming = EntryID(head.origin.incarnation.value &+ UInt128(head.seq + 2)).description
        try await step("filed", of: early, at: node, calendar: coming)
        #expect(try await node.journal.nextCaseEvent() == nil)
        #expect(try await listed(at: node) == [report, other, early])
        #expect(try await setCalendar(at: node) == coming)
        #expect(try await listed(at: node) == [report, other, early])
        #expect(try await repairs(at: node) == 0)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 8 * Self.hour)
        #expect(try await listed(at: node).count == 3)
        // A repair knows no role, so it finds no calendar. The next start does.
        try node.journal.close()
        _ = try Journal.rebuild(directory: node.directory, node: node.id, codec: EntryCodec())
        try node.reopen()
        #expect(try await repairs(at: node) == 0)
        #expect(try await node.journal.nextCaseEvent() == Self.start + 8 * Self.hour)
    }

    private func listed(at node: TestNode) async throws -> Set<ReportID> {
        var query = TaskQuery()
        query.stage = "filed"
        return Set(try await node.journal.tasks(query, now: Self.start).tasks.map(\.report))
    }

    @Test func `a case that arrives after its deadline is overdue at once`() async throws {
        let (gateway, central) = (try TestNode(1), try TestNode(2, .central))
        let report = try await gateway.create().entry.report
        try await step("filed", of: report, at: gateway)
        #expect(try await raise(central, hours: 50) == 0)
        try await central.pull(from: gateway)
        #expect(try await raise(central, hours: 50) == 2)
        #expect(try await events(central) == ["due-soon 10", "overdue 10"])
    }

    @Test func `many deadlines at once are raised in bounded commits, in their order`() async throws {
        let node = try TestNode(1, .central)
        let count = Limits.raisedEvents / 2 + 20
        for number in 0..<count {
            let report = try await node.create(ReportID(UInt128(number + 1))).entry.report
            try await step("filed", of: report, at: node, hours: Int64(number))
        }
        let now: Int64 = 100_000
        #expect(try await raise(node, hours: now) == Limits.raisedEvents)
        #expect(try await raise(node, hours: now) == 40)
        #expect(try await raise(node, hours: now) == 0)
        let events = try await node.journal.caseEvents(after: 0, limit: 1000)
        #expect(events.count == 2 * count && events.map(\.deadline) == events.map(\.deadline).sorted())
    }
}
