import Testing

@testable import FieldpostCore

/// Rounds of cases that people on several nodes made up: with times that lie, limits that are missing, and steps that
/// nobody had seen.
struct StageRoundPropertyTests {
    static let now = shanghai("2018-03-20 11:00")

    /// Steps of the table in any order, by authors who know some of the others.
    static func town(seed: UInt64) -> CaseStory {
        var random = SeededGenerator(seed: seed)
        var story = CaseStory()
        let codes = Workflow.standard.stages.map(\.code) + ["extended", "suspended", "extended", "suspended"]
        func time(_ days: Int64 = 5) -> String {
            shanghaiText(shanghai("2018-03-05 08:30") + Int64.random(in: 0..<days * 1_440, using: &random) * 60_000)
        }
        for _ in 0..<Int.random(in: 3...24, using: &random) {
            // Most cases go their way for a while.
            let next = Case(folding: story.entries).next.map(\.code)
            let code = (Bool.random(using: &random) ? next : codes).randomElement(using: &random) ?? "accepted"
            let count = story.entries.count
            let seen =
                Int.random(in: 0..<3, using: &random) == 0
                ? (1...count).filter { _ in Bool.random(using: &random) } : nil
            story.step(
                code, at: UInt8.random(in: 0...3, using: &random),
                Int.random(in: 0..<9, using: &random) == 0 ? nil : time(),
                to: ["dispatched", "extended"].contains(code)
                    ? ["市政", "消防", ""].randomElement(using: &random) ?? "" : "",
                limit: code == "filed"
                    ? "8 office_hours" : ["", "", "2 working_days"].randomElement(using: &random) ?? "",
                until: code == "extended" ? time(10) : nil, uncertainty: random.next() % 60_000, seen: seen)
        }
        return story
    }

    @Test(arguments: [UInt64](1...60)) func `rounds and facts are the same in any order and repetition`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let story = Self.town(seed: seed)
        let rounds = Case(folding: story.entries).rounds
        let facts = story.facts
        for _ in 0..<4 {
            let again = (story.entries + story.entries.prefix(3)).shuffled(using: &random)
            #expect(Case(folding: again).rounds == rounds, "seed \(seed)")
            #expect(CaseFacts(of: Report(id: Samples.report, folding: again).overview) == facts, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...60)) func `facts are the same when entries come one by one, and as bytes`(
        seed: UInt64
    ) {
        let story = Self.town(seed: seed)
        var state = MergeState(report: Samples.report, folding: [])
        for (index, entry) in story.entries.enumerated() {
            let whole = story.entries[...index].map { ($0, 1) }
            if !state.add(entry, bytes: 1) { state = MergeState(report: Samples.report, folding: whole) }
            let facts = CaseFacts(of: state.overview)
            let folded = Report(id: Samples.report, folding: whole.map(\.0))
            #expect(facts == CaseFacts(of: folded.overview), "seed \(seed)")
            #expect(facts.bytes.withUnsafeBytes { CaseFacts(id: Samples.report, bytes: $0) } == facts, "seed \(seed)")
        }
    }

    @Test(arguments: [UInt64](1...60)) func `rounds keep the promises of the table`(seed: UInt64) {
        let story = Self.town(seed: seed)
        let handled = Case(folding: story.entries)
        let steps = Dictionary(uniqueKeysWithValues: story.entries.map { ($0.id, $0) })
        for round in handled.rounds {
            let stage = TimedStages.standard[round.stage]
            #expect(stage.code == round.stage && stage.starts.contains(round.step), "seed \(seed)")
            let trace = steps[round.entry]?.change.traces.first
            #expect(trace?.timeMilliseconds == round.clock.start.milliseconds, "seed \(seed)")
            let timer = round.clock.timer(now: Self.now, calendar: .standard)
            #expect(
                timer.deadline
                    >= round.clock.limit.due(start: round.clock.start.milliseconds, calendar: .standard).milliseconds)
            // Each end is the time of some step that may end it, or that starts it again.
            if let end = timer.finished {
                let ending = story.entries.contains { entry in
                    let code =
                        entry.change.fields[.stage].flatMap { if case .text(let code) = $0 { code } else { nil } } ?? ""
                    return entry.change.traces.first?.timeMilliseconds == end.milliseconds
                        && (stage.finishes.contains(code) || stage.stops.contains(code) || stage.starts.contains(code))
                }
                #expect(ending, "seed \(seed): \(round)")
            }
            if !stage.isSuspended, !stage.isExtended {
                #expect(timer.state != .paused && timer.extensions.isEmpty, "seed \(seed)")
            }
        }
        let order = handled.rounds.map { TimedStage.Code.allCases.firstIndex(of: $0.stage) ?? 0 }
        #expect(order == order.sorted() && handled.rounds.count { $0.stage == .closing } <= 1, "seed \(seed)")
    }

    @Test(arguments: [UInt64](1...20)) func `no share of a made-up town is more than 1`(seed: UInt64) throws {
        var evaluation = try #require(
            IndicatorEvaluation(periods: [IndicatorPeriod(start: .min, end: .max)], now: Self.now))
        for number in 0..<8 {
            evaluation.add(Self.town(seed: seed * 100 + UInt64(number)).facts)
        }
        for indicator in IndicatorTable.standard.indicators {
            let value = evaluation.value(indicator, of: .all, in: 0)
            #expect(value.map { (0...1).contains($0) } ?? true, "seed \(seed): \(indicator.code)")
        }
    }

    @Test func `the towns have all kinds of rounds`() {
        let rounds = (1...100).flatMap { Case(folding: Self.town(seed: $0).entries).rounds }
        // Some while they run, and all long after.
        let timers = [shanghai("2018-03-06 10:00"), Self.now].flatMap { now in
            rounds.map { $0.clock.timer(now: now, calendar: .standard) }
        }
        #expect(Set(rounds.map(\.stage)).count == TimedStage.Code.allCases.count)
        #expect(
            rounds.contains { $0.isStopped } && rounds.contains { !$0.isPresent } && rounds.contains { $0.number > 2 })
        #expect(Set(timers.map { "\($0.state)" }).count == 5)
        #expect(timers.contains { !$0.extensions.isEmpty } && timers.contains { $0.wasOverdue })
    }
}

struct TimedStagesTests {
    static let standard = String(decoding: PackageResources.timers_tsv, as: UTF8.self)

    @Test func `the built-in table is whole, and published`() {
        #expect(TimedStages.standard.stages.map(\.code) == TimedStage.Code.allCases)
        #expect(TimedStages.standard[.dispatch].limit?.description == "2 office_hours")
        #expect(TimedStages.standard[.handling].limit == nil && TimedStages.standard[.closing].isSuspended)
        #expect(TimedStages.standard.limit(frozenBy: "feedback")?.description == "4 office_hours")
        #expect(
            TimedStages.standard.limit(frozenBy: "filed") == nil
                && TimedStages.standard.limit(frozenBy: "closed") == nil)
    }

    @Test(arguments: [
        ("code\tzh", "code\tzh\tq", 1, "columns"), ("\nfiling\t", "\nfilling\t", 3, "“filing”"),
        ("\t8 office_hours", "\t8 hours", 3, "“8 hours” is no limit"),
        ("\tfiled,returned,", "\tfiled,filed,", 4, "twice"),
        ("\tfiled,returned,", "\tfiled,extended,", 4, "“extended” is not known"),
        ("\tsuspended,extended\t-\nver", "\tsuspended,resumed\t-\nver", 5, "“resumed” is not known"),
        ("feedback,verified,closed\treturned", "feedback,verified,returned\treturned", 5, "not both"),
        ("\tfeedback\tfeedback", "\t-\tfeedback", 6, "starts the stage"),
        ("\t-\t4 office_hours", "\t4 office_hours", 2, "8 cells"),
        ("closing\t", "closing \t", 7, "space"), ("feedback\tfeedback", "feedback,\tfeedback", 6, "“” is not known"),
    ]) func `an error names its line`(part: String, wrong: String, line: Int, reason: String) {
        let text = Self.standard.replacing(part, with: wrong, maxReplacements: 1)
        #expect(text != Self.standard)
        let defect = #expect(throws: TextDefect.self) { try TimedStages(text: Array(text.utf8)) }
        #expect(defect?.line == line && defect?.reason.contains(reason) == true, "\(String(describing: defect))")
    }

    @Test func `a table with a stage less or more is refused`() {
        let lines = Self.standard.split(separator: "\n")
        let less = lines.dropLast().joined(separator: "\n") + "\n"
        #expect(throws: TextDefect.self) { try TimedStages(text: Array(less.utf8)) }
        #expect(throws: TextDefect.self) { try TimedStages(text: Array((Self.standard + lines[6] + "\n").utf8)) }
    }
}
