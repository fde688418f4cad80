import Testing

@testable import FieldpostCore

/// Cases as they are played, and what a person counts of them.
struct CaseFactsTests {
    typealias Step = CaseFacts.Step

    static func step(_ done: String?, _ deadline: String?) -> Step {
        Step(done: done.map { Instant(milliseconds: shanghai($0)) }, deadline: deadline.map { shanghai($0) })
    }

    static let march = IndicatorPeriod(start: shanghai("2018-03-01 00:00"), end: shanghai("2018-04-01 00:00"))

    static func codes(_ facts: CaseFacts, now: String) -> Set<String> {
        let set = CaseCountSet(of: facts, in: march.past(now: shanghai(now)))
        return Set(CaseCount.allCases.filter(set.contains).map(\.code))
    }

    @Test func `a case that goes its way`() {
        var story = StageRoundTests.dispatched()
        story.step("feedback", at: 1, "2018-03-05 17:00")
        story.step("verified", at: 1, "2018-03-06 09:00")
        story.step("closed", "2018-03-06 09:30")
        let facts = story.facts
        #expect(facts.reported == shanghai("2018-03-01 08:00"))
        #expect(facts.confirmation == Self.step("2018-03-05 09:00", "2018-03-05 14:30"))
        #expect(facts.filing == Self.step("2018-03-05 09:30", "2018-03-06 09:00"))
        #expect(facts.dispatch == Self.step("2018-03-05 10:00", "2018-03-05 11:30"))
        #expect(facts.handling == Self.step("2018-03-05 17:00", "2018-03-06 10:30"))
        #expect(facts.verification == Self.step("2018-03-06 09:00", "2018-03-06 11:30"))
        #expect(facts.closing == Self.step("2018-03-06 09:30", "2018-03-06 10:00"))
        #expect(facts.department == "市政" && facts.grid == "龙田一网格" && facts.group == nil)
        #expect(!facts.isVoid && !facts.isSuspended && facts.isSatisfied == nil)
        let none = [
            "unclosed", "handled_late", "unhandled_overdue", "handling_suspended", "extended", "closed_late",
            "suspended", "reworked", "reopened", "rated", "satisfied",
        ]
        #expect(Self.codes(facts, now: "2018-03-20 09:00") == Set(CaseCount.allCases.map(\.code)).subtracting(none))
    }

    @Test func `returned, dispatched again, extended, done too late, done again and reopened`() {
        var story = StageRoundTests.dispatched()
        story.step("returned", at: 1, "2018-03-05 11:00")
        story.step("dispatched", "2018-03-05 14:00", to: "消防")
        story.step("extended", "2018-03-05 15:00", until: "2018-03-07 12:00")
        story.step("feedback", at: 2, "2018-03-07 15:00")
        story.step("rework", at: 1, "2018-03-07 16:00")
        story.step("feedback", at: 2, "2018-03-07 17:00")
        story.step("verified", at: 1, "2018-03-07 17:30")
        story.step("closed", "2018-03-07 17:40")
        story.step("reopened", at: 1, "2018-03-08 09:00")
        let facts = story.facts
        #expect((facts.returns, facts.reworks, facts.extensions, facts.reopenings) == (1, 1, 1, 1))
        // The first dispatch counts, and the handling that was done again.
        #expect(facts.dispatch == Self.step("2018-03-05 10:00", "2018-03-05 11:30"))
        #expect(facts.handling == Self.step("2018-03-07 17:00", "2018-03-08 16:30"))
        #expect(facts.closing == Self.step(nil, "2018-03-07 12:00") && facts.department == "消防")
        let codes = Self.codes(facts, now: "2018-03-20 09:00")
        #expect(
            codes.isSuperset(of: ["unclosed", "reworked", "reopened", "extended", "handled_on_time", "closing_due"]))
        #expect(codes.isDisjoint(with: ["closed", "dispatched_correctly", "unhandled_overdue", "suspended"]))
    }

    @Test func `two departments at once are handled when both are`() {
        var story = StageRoundTests.dispatched()
        story.step("dispatched", at: 3, "2018-03-05 11:00", to: "消防", seen: [4])
        story.step("feedback", at: 1, "2018-03-05 16:00", seen: [5])
        #expect(story.facts.handling == Self.step(nil, "2018-03-06 11:30"))
        story.step("feedback", at: 2, "2018-03-06 11:20", seen: [6])
        #expect(story.facts.handling == Self.step("2018-03-06 11:20", "2018-03-06 11:30"))
    }

    @Test func `void, joined, suspended and closed at once`() {
        var void = StageRoundTests.dispatched()
        void.step("voided", "2018-03-05 11:00")
        #expect(
            Self.codes(void.facts, now: "2018-03-20 09:00") == [
                "reported", "filed", "filed_on_time",
            ])

        var joined = StageRoundTests.dispatched()
        joined.step("merged", "2018-03-05 11:00")
        let facts = joined.facts
        #expect(facts.closing == Self.step("2018-03-05 11:00", nil) && facts.handling == Step())
        #expect(
            Self.codes(facts, now: "2018-03-20 09:00").isDisjoint(with: ["unclosed", "closing_due", "handling_due"]))

        var waiting = StageRoundTests.dispatched()
        waiting.step("suspended", "2018-03-05 12:00", until: "2018-03-20 09:00")
        #expect(waiting.facts.isSuspended)
        // While the time stands still nothing is due; what was late before stays late.
        #expect(waiting.facts.handling == Step() && waiting.facts.closing == Step())
        var late = StageRoundTests.dispatched()
        late.step("suspended", "2018-03-07 12:00", until: "2018-03-20 09:00")
        #expect(late.facts.handling == Self.step(nil, "2018-03-06 10:30"))
        #expect(
            Self.codes(late.facts, now: "2018-03-20 09:00").isSuperset(of: ["handling_suspended", "suspended"]))

        // Nothing was there: it is closed, and was never due.
        var absent = CaseStory()
        absent.step("accepted", "2018-03-05 08:30")
        absent.step("absent", at: 1, "2018-03-05 18:00")
        absent.step("closed", "2018-03-06 09:00")
        let nothing = absent.facts
        #expect(nothing.closing == Self.step("2018-03-06 09:00", nil))
        #expect(nothing.confirmation == Self.step("2018-03-05 18:00", "2018-03-05 14:30") && nothing.filing == Step())
        #expect(
            Self.codes(nothing, now: "2018-03-20 09:00") == [
                "reported", "reported_valid", "confirmation_due", "confirmed",
            ])
    }

    @Test func `a department that hands a case back too late was late`() {
        var story = StageRoundTests.dispatched()
        story.step("returned", at: 1, "2018-03-06 11:00")
        let facts = story.facts
        #expect(facts.handling == Self.step(nil, "2018-03-06 10:30"))
        #expect(Self.codes(facts, now: "2018-03-20 09:00").contains("unhandled_overdue"))
    }

    @Test func `a report that nobody handled, and a case by a calendar that is not known here, are due nowhere`() {
        #expect(
            Self.codes(CaseStory().facts, now: "2018-03-20 09:00") == [
                "reported", "reported_valid", "unclosed",
            ])
        let facts = CaseFacts(of: StageRoundTests.dispatched().report.overview) {
            $0.isEmpty ? .standard : nil
        }
        #expect(facts.handling == Step() && facts.closing == Step() && facts.confirmation.deadline != nil)
        #expect(facts.filing.done == shanghai("2018-03-05 09:30"))
    }

    @Test func `bytes of facts are short, and damaged ones are not taken for others`() {
        #expect(CaseStory().facts.bytes.count < 32)
        var story = StageRoundTests.dispatched()
        story.step("returned", at: 1, "2018-03-05 11:00")
        story.step("dispatched", "2018-03-05 14:00", to: "消防")
        story.step("suspended", "2018-03-05 15:00", until: "2018-03-20 09:00")
        var facts = story.facts
        (facts.isSatisfied, facts.group, facts.grid) = (false, "", nil)
        let bytes = facts.bytes
        func read(_ bytes: [UInt8]) -> CaseFacts? { bytes.withUnsafeBytes { CaseFacts(id: facts.id, bytes: $0) } }
        #expect(read(bytes) == facts && bytes.count < 100)
        for count in bytes.indices { #expect(read(Array(bytes.prefix(count))) == nil, "\(count) bytes") }
        #expect(read(bytes + [0]) == nil && read([2] + bytes.dropFirst()) == nil)
        #expect(read([1, 0] + [UInt8](repeating: 0xFF, count: 12)) == nil)
    }
}
