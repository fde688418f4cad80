import Testing

@testable import FieldpostCore

/// Transcripts of cases: what people did, and the timers that a person expects. 5 March 2018 is a Monday; offices work
/// from 08:30 to 12:00 and from 14:00 to 18:00.
struct StageRoundTests {
    /// Accepted, found and filed with 8 office hours, and passed to 市政 within an hour.
    static func dispatched() -> CaseStory {
        var story = CaseStory()
        story.step("accepted", "2018-03-05 08:30")
        story.step("inspected", at: 1, "2018-03-05 09:00")
        story.step("filed", "2018-03-05 09:30", limit: "8 office_hours")
        story.step("dispatched", "2018-03-05 10:00", to: "市政")
        return story
    }

    @Test func `each stage has its time, from the step that starts it to the one that ends it`() {
        var story = Self.dispatched()
        #expect(
            story.note(now: "2018-03-05 11:00") == """
                dispatched(市政)
                confirmation finished, due 2018-03-05 14:30
                filing finished, due 2018-03-06 09:00
                dispatch finished, due 2018-03-05 11:30
                handling (市政) running, due 2018-03-06 10:30
                closing running, due 2018-03-06 10:00
                """)
        story.step("feedback", at: 1, "2018-03-06 09:00", limit: "1 office_hours")
        story.step("verified", at: 1, "2018-03-06 11:00")
        story.step("closed", "2018-03-06 11:10")
        #expect(
            story.note(now: "2018-03-09 11:00") == """
                closed(市政)
                confirmation finished, due 2018-03-05 14:30
                filing finished, due 2018-03-06 09:00
                dispatch finished, due 2018-03-05 11:30
                handling (市政) finished, due 2018-03-06 10:30
                verification (市政) finishedLate, due 2018-03-06 10:00, was overdue
                closing finishedLate, due 2018-03-06 10:00, was overdue
                """)
    }

    @Test func `of very many steps at once the last ones count, whatever their order of arrival`() {
        let filed = Trace(
            stage: "filed", department: "", text: "", limit: "8 office_hours", calendar: WorkCalendar.standard.version,
            timeMilliseconds: shanghai("2018-03-05 09:30"))
        let entries = (0..<Limits.foldedSteps + 40).map { number in
            let trace = number % 2 == 0 ? filed : Town.step("dispatched", "部门\(number)").traces[0]
            return Samples.entry(
                UInt128(number + 1), at: UInt8(number % 250), UInt64(number / 250) + 1,
                Change(fields: [.stage: .text(trace.stage)], traces: [trace]))
        }
        let whole = Case(folding: entries)
        #expect(Case(folding: entries.reversed()) == whole)
        #expect(whole.branches.count == Limits.foldedSteps && !whole.rounds.isEmpty)
        #expect(whole.counts.values.reduce(0, +) == entries.count)
    }

    @Test func `an extension after the deadline moves it, and the mark stays`() {
        var story = Self.dispatched()
        story.step("extended", "2018-03-06 16:00", until: "2018-03-08 18:00")
        #expect(
            story.note(now: "2018-03-07 09:00").split(separator: "\n").suffix(2) == [
                "handling (市政) running, due 2018-03-08 18:00, before 2018-03-06 10:30, was overdue",
                "closing running, due 2018-03-08 18:00, before 2018-03-06 10:00, was overdue",
            ])
        var done = story
        done.step("feedback", at: 1, "2018-03-08 17:00")
        #expect(
            done.note(now: "2018-03-20 09:00").contains(
                "handling (市政) finished, due 2018-03-08 18:00, before 2018-03-06 10:30, was overdue\n"))
        // Somebody who had seen it mends its date. Beside that, another desk grants more.
        story.step("extended", "2018-03-06 16:05", until: "2018-03-07 12:00")
        #expect(story.note(now: "2018-03-07 09:00").contains("handling (市政) running, due 2018-03-07 12:00"))
        story.step("extended", at: 3, "2018-03-06 16:10", until: "2018-03-09 12:00", seen: [1, 2, 3, 4, 5])
        #expect(story.note(now: "2018-03-07 09:00").contains("handling (市政) running, due 2018-03-09 12:00"))
    }

    @Test func `a case that is reopened while a cut gateway verifies is to be dispatched, and was verified`() {
        var story = Self.dispatched()
        let done = story.step("feedback", at: 1, "2018-03-05 15:00")
        story.step("closed", "2018-03-05 17:00")
        story.step("reopened", "2018-03-06 08:30")
        story.step("verified", at: 2, "2018-03-06 09:00", seen: [done])
        // The check was over with the closing; the gateway's check is of the work before.
        #expect(
            story.note(now: "2018-03-06 11:00") == """
                reopened(市政) verified(市政)
                confirmation finished, due 2018-03-05 14:30
                filing finished, due 2018-03-06 09:00
                dispatch 2 (市政) overdue, due 2018-03-06 10:30, was overdue
                handling (市政) finished, due 2018-03-06 10:30
                verification (市政) finished, due 2018-03-06 09:30
                closing overdue, due 2018-03-06 10:00, was overdue
                """)
        story.step("dispatched", "2018-03-06 11:10", to: "市政")
        #expect(
            story.note(now: "2018-03-06 11:20").contains("handling 2 (市政) running, due 2018-03-07 11:40"))
    }

    @Test func `returned beside closed leaves the dispatcher to decide, in time`() {
        var story = Self.dispatched()
        story.step("feedback", at: 1, "2018-03-05 15:00")
        story.step("closed", "2018-03-05 17:00")
        story.step("returned", at: 2, "2018-03-05 14:30", seen: [5])
        #expect(
            story.note(now: "2018-03-05 17:10") == """
                closed(市政) returned(市政)
                confirmation finished, due 2018-03-05 14:30
                filing finished, due 2018-03-06 09:00
                dispatch 2 (市政) overdue, due 2018-03-05 16:30, was overdue
                handling (市政) finished, due 2018-03-06 10:30
                verification (市政) finished, due 2018-03-06 09:30
                closing finished, due 2018-03-06 10:00
                """)
        // Without the work, the return stops the time of the department.
        var other = Self.dispatched()
        other.step("returned", at: 1, "2018-03-05 14:30")
        #expect(other.note(now: "2018-03-09 09:00").contains("handling (市政) stopped, due 2018-03-06 10:30\n"))
        #expect(other.facts.handling == CaseFacts.Step())
    }

    @Test func `two dispatches at once are two times, and each department ends its own`() {
        var story = Self.dispatched()
        story.step("dispatched", at: 3, "2018-03-05 11:00", to: "消防", seen: [4])
        story.step("feedback", at: 1, "2018-03-05 16:00", seen: [5])
        #expect(
            story.note(now: "2018-03-06 11:00") == """
                feedback(市政) dispatched(消防)
                confirmation finished, due 2018-03-05 14:30
                filing finished, due 2018-03-06 09:00
                dispatch finished, due 2018-03-05 11:30
                handling (市政) finished, due 2018-03-06 10:30
                handling (消防) running, due 2018-03-06 11:30
                verification (市政) overdue, due 2018-03-06 10:30, was overdue
                closing overdue, due 2018-03-06 10:00, was overdue
                """)
        // One department has more time. The other has not.
        story.step("extended", at: 3, "2018-03-06 11:10", to: "消防", until: "2018-03-08 12:00")
        #expect(story.note(now: "2018-03-06 14:30").contains("handling (消防) running, due 2018-03-08 12:00"))
        // An extension for the other one takes nothing from it. One for both does.
        var other = story
        other.step("extended", at: 3, "2018-03-06 11:20", to: "市政", until: "2018-03-07 12:00")
        #expect(other.note(now: "2018-03-06 14:30").contains("handling (消防) running, due 2018-03-08 12:00"))
        #expect(Case(folding: other.entries).extensions.count == 2)
        other.step("extended", at: 3, "2018-03-06 11:30", until: "2018-03-07 18:00")
        #expect(other.note(now: "2018-03-06 14:30").contains("handling (消防) running, due 2018-03-07 18:00"))
        #expect(Case(folding: other.entries).extensions.count == 1)
        #expect(story.facts.handling == CaseFacts.Step(deadline: shanghai("2018-03-08 12:00")))
        // Twice to one department is one piece of work: who hands it back ends both.
        var same = Self.dispatched()
        same.step("dispatched", at: 3, "2018-03-05 11:00", to: "市政", seen: [4])
        same.step("feedback", at: 1, "2018-03-05 16:00", seen: [5])
        #expect(same.note(now: "2018-03-09 11:00").ranges(of: "handling (市政) finished").count == 2)
    }

    @Test func `a suspension stops the clocks of the work and of the case, but for nothing beside feedback`() {
        var story = Self.dispatched()
        let waits = story.step("suspended", "2018-03-05 11:00", until: "2018-03-20 09:00")
        let paused = story.note(now: "2018-03-07 09:00").split(separator: "\n").suffix(2)
        #expect(paused.allSatisfy { $0.contains("paused") } && paused.count == 2)
        // 7 of the 8 hours are left on Wednesday morning.
        story.step("resumed", "2018-03-07 09:00")
        #expect(story.note(now: "2018-03-07 09:00").contains("handling (市政) running, due 2018-03-07 18:00"))
        var vain = Self.dispatched()
        vain.step("suspended", "2018-03-05 11:00", until: "2018-03-20 09:00")
        vain.step("feedback", at: 1, "2018-03-05 16:00", seen: [5])
        #expect(vain.note(now: "2018-03-05 17:00").contains("closing running, due 2018-03-06 10:00"))
        #expect(vain.note(now: "2018-03-05 17:00").contains("verification (市政) running"))
        #expect(waits == 6)
    }

    @Test func `rework is a new round with the limit of the filing, and the whole case goes on`() {
        var story = Self.dispatched()
        story.step("feedback", at: 1, "2018-03-05 15:00")
        story.step("rework", at: 2, "2018-03-05 16:00")
        #expect(
            story.note(now: "2018-03-05 17:00").split(separator: "\n").suffix(3) == [
                "handling 2 (市政) running, due 2018-03-06 16:30",
                "verification (市政) finished, due 2018-03-06 09:30",
                "closing running, due 2018-03-06 10:00",
            ])
        story.step("dispatched", "2018-03-05 16:30", to: "消防", limit: "1 working_days")
        #expect(story.note(now: "2018-03-05 17:00").contains("handling 3 (消防) running, due 2018-03-06 18:00"))
        let rounds = Case(folding: story.entries).rounds.filter { $0.stage == .handling }
        #expect(rounds.map(\.isPresent) == [false, false, true] && rounds.map(\.isStopped) == [false, true, false])
    }

    @Test func `a void case, a step at an unknown time and a case without a limit have no time to keep`() {
        var story = Self.dispatched()
        story.step("voided", "2018-03-05 11:00")
        #expect(story.note(now: "2018-03-09 11:00").contains("handling (市政) stopped, due 2018-03-06 10:30\n"))
        #expect(story.note(now: "2018-03-09 11:00").hasSuffix("closing stopped, due 2018-03-06 10:00"))
        var unknown = Self.dispatched()
        unknown.step("feedback", at: 1, nil)
        #expect(
            Case(folding: unknown.entries).rounds.map(\.stage) == [.confirmation, .filing, .dispatch, .closing])
        var free = CaseStory()
        free.step("dispatched", "2018-03-05 10:00", to: "市政")
        #expect(Case(folding: free.entries).rounds.isEmpty)
    }

    @Test func `a step within the uncertainty is on time, marked`() {
        var story = Self.dispatched()
        story.step("feedback", at: 1, "2018-03-06 10:30:20", uncertainty: 30_000)
        #expect(story.note(now: "2018-03-07 09:00").contains("handling (市政) finished, due 2018-03-06 10:30, unsure"))
    }
}
