import Testing

@testable import FieldpostCore

/// What lists find cases by.
struct CaseSummaryTests {
    @Test(arguments: [UInt64](1...60)) func `adding entries one by one gives the summary of all`(seed: UInt64) {
        let entries = Town(seed: seed).entries
        var state = MergeState(report: Samples.report, folding: [])
        for (index, entry) in entries.enumerated() {
            let whole = Array(entries[...index])
            if !state.add(entry, bytes: 1) {
                state = MergeState(report: Samples.report, folding: whole.map { ($0, 1) })
            }
            let report = Report(id: Samples.report, folding: whole)
            #expect(state.summary == report.summary, "seed \(seed), entry \(index)")
            #expect(state.overview.isDisputed == report.overview.isDisputed, "seed \(seed), entry \(index)")
        }
    }

    @Test func `the towns have open and ended cases, several departments and persons, and disputes`() {
        let summaries = (1...60).compactMap { Report(id: Samples.report, folding: Town(seed: $0).entries).summary }
        #expect(summaries.count { !$0.isOpen } > 5 && summaries.count(where: \.isOpen) > 20)
        #expect(summaries.count { $0.departments.count > 1 } > 0 && summaries.count { $0.assignees.count > 1 } > 0)
        #expect(summaries.count(where: \.isDisputed) > 5 && summaries.count { $0.stages.count > 1 } > 5)
        #expect(summaries.allSatisfy { $0.isOpen == !$0.stages.isEmpty && $0.isOpen == !$0.groups.isEmpty })
    }

    @Test func `each stage has a group whose turn it is, and it may take the next step`() {
        for stage in Workflow.standard.stages where stage.kind != .side && stage.kind != .end && stage.kind != .final {
            let next = Workflow.standard.stages.filter { $0.kind != .side && $0.from.contains(stage.code) }
            let group = Case.group(at: stage.code)
            #expect(next.contains { $0.actors.contains(group) }, "\(stage.code)")
        }
    }

    @Test func `a report that nobody handled has no summary, and an edit of a department is no step`() {
        let entries = [
            Samples.entry(1, at: 1, 1, Samples.text("井盖松动")),
            Samples.entry(2, at: 1, 2, after: 1, Change(fields: [.department: .text("市政")])),
        ]
        var state = MergeState(report: Samples.report, folding: [])
        for entry in entries {
            _ = state.add(entry, bytes: 1)
            #expect(state.summary == nil)
        }
        #expect(Report(id: Samples.report, folding: entries).summary == nil)
    }

    @Test func `a case with very many steps costs no more, and is shown to dispatchers as disputed`() {
        var state = MergeState(report: Samples.report, folding: [])
        var entries: [Entry] = []
        for number in 1...UInt64(Limits.summarizedSteps) + 1 {
            let claim = Trace(stage: "claimed", department: "", text: "", assignee: "网格员\(number)")
            let change = number == 1 ? Town.step("dispatched", "市政") : Change(traces: [claim])
            entries.append(
                Samples.entry(UInt128(number), at: 1, number, after: number - 1, seen: Samples.vector(), change))
            let isAdded = state.add(entries[entries.count - 1], bytes: 1)
            #expect(isAdded)
        }
        let summary = Report(id: Samples.report, folding: entries).summary
        #expect(state.summary == summary)
        #expect(summary?.isDisputed == true && summary?.stages == ["dispatched"])
        #expect(summary?.departments == ["市政"] && summary?.groups == [.dispatcher] && summary?.assignees == [])
        let few = Report(id: Samples.report, folding: entries.dropLast()).summary
        #expect(few?.isDisputed == false && few?.assignees.count == Limits.summarizedNames)
    }

    @Test(arguments: [UInt64](1...200)) func `a timer tells its moments beforehand`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let start = Instant(
            milliseconds: .randomStart(using: &random, to: "2026-06-01"),
            uncertaintyMilliseconds: .random(in: 0...60_000, using: &random))
        let limit = HandlingLimit.random(using: &random)
        let from = start.milliseconds + .random(in: 0...86_400_000, using: &random)
        let until = from + .random(in: 0...400_000_000, using: &random)
        let to = until + .random(in: 0...2_000_000_000, using: &random)
        let events: [[StageTimer.Event]] = [
            [], [.paused(from: from, until: until)],
            [.paused(from: from, until: until), .extended(at: Instant(milliseconds: until), to: to, until: nil)],
        ]
        for events in events {
            func timer(_ now: Int64) -> StageTimer {
                StageTimer(start: start, limit: limit, calendar: .standard, events: events, now: now)
            }
            let moments = timer(start.milliseconds)
            #expect(timer(moments.overdueFrom).state == .overdue, "seed \(seed)")
            #expect(timer(moments.overdueFrom - 1).state != .overdue, "seed \(seed)")
            #expect(timer(moments.overdueFrom).deadline == moments.deadline, "seed \(seed)")
            #expect(moments.dueSoonFrom >= start.milliseconds && moments.dueSoonFrom < moments.overdueFrom)
            // While the time stands still, nothing is due soon.
            guard moments.dueSoonFrom >= until || events.isEmpty, moments.dueSoonFrom > start.milliseconds else {
                continue
            }
            #expect(timer(moments.dueSoonFrom).isDueSoon, "seed \(seed)")
            #expect(!timer(moments.dueSoonFrom - 1).isDueSoon, "seed \(seed)")
        }
    }

    @Test func `a deadline is in force from filing to the end, but not while the time stands still`() {
        let start = shanghai("2026-11-30 10:00")
        func step(_ number: UInt64, _ code: String, at hours: Int64, until: Int64 = 0) -> Entry {
            let trace = Trace(
                stage: code, department: "", text: "因", limit: code == "filed" ? "8 urgent_hours" : "",
                calendar: code == "filed" ? WorkCalendar.standard.version : "",
                timeMilliseconds: start + hours * 3_600_000, uncertaintyMilliseconds: 40, untilMilliseconds: until)
            let isSide = Workflow.standard[code]?.kind == .side
            return Samples.entry(
                UInt128(number), at: 1, number, after: number - 1,
                seen: number == 1 ? Samples.vector() : Samples.vector((1, number - 1)), depth: number,
                Change(fields: isSide ? [:] : [.stage: .text(code)], traces: [trace]))
        }
        func deadline(_ entries: Entry...) -> CaseDeadline? {
            Report(id: Samples.report, folding: entries).summary?.deadline(WorkCalendar.standard(ifNamed:))
        }
        let (filed, passed) = (step(1, "filed", at: 0), step(2, "dispatched", at: 1))
        let whole = deadline(filed, passed)
        #expect(whole?.at == shanghai("2026-11-30 18:00") && whole?.stage == "")
        #expect(whole?.dueSoonFrom == shanghai("2026-11-30 16:24"))
        #expect(whole?.overdueFrom == shanghai("2026-11-30 18:00") + 41)
        let suspended = step(3, "suspended", at: 2)
        #expect(deadline(filed, passed, suspended) == nil)
        let resumed = deadline(filed, passed, suspended, step(4, "resumed", at: 5))
        #expect(resumed?.at == shanghai("2026-11-30 21:00"))
        let later = shanghai("2026-12-02 12:00")
        let extended = deadline(filed, passed, step(3, "extended", at: 2, until: later))
        #expect(extended?.at == later && extended?.overdueFrom == later + 1)
        #expect(deadline(filed, passed, step(3, "feedback", at: 2))?.at == whole?.at)
        #expect(deadline(filed, step(2, "voided", at: 2)) == nil)
    }
}
