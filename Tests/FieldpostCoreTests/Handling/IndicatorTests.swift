import Testing

@testable import FieldpostCore

struct IndicatorFormulaTests {
    static func counts(_ values: [CaseCount: Int]) -> (CaseCount) -> Int { { values[$0] ?? 0 } }

    @Test(
        arguments: [
            ("handled / handling_due", 0.75), ("closed_on_time / (closing_due - suspended)", 0.5),
            ("1 - handled/handling_due", 0.25),
            ("1 − handled ÷ handling_due", 0.25), ("closing_due - suspended - 1", 5.0),
            ("closing_due - (suspended - 1)", 7.0),
            ("handling_due / handled / handling_due", 1.0 / 3), ("handled + 1 / 1", 4.0), ("((handled))", 3.0),
            (" 1 ", 1.0),
            ("reported", 0.0),
        ] as [(String, Double)])
    func `a formula has a value`(text: String, value: Double) throws {
        let formula = try IndicatorFormula(text: text)
        let values: [CaseCount: Int] = [.handled: 3, .handlingDue: 4, .closedOnTime: 3, .closingDue: 8, .suspended: 2]
        #expect(formula.value(Self.counts(values)) == value && formula.text == text)
    }

    @Test func `a division by zero gives none, wherever it stands`() throws {
        for text in [
            "handled / handling_due", "1 - handled / (suspended - suspended)", "1 / (1 / handled - 1 / handled)",
        ] {
            #expect(try IndicatorFormula(text: text).value(Self.counts([:])) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("", 1, "ends"), ("handled /", 10, "ends"), ("handled handled", 9, "missing"), ("(handled", 9, "parenthesis"),
        ("handled)", 8, "missing"), ("2", 1, "“2”"), ("handled * 1", 9, "missing"), ("/ 1", 1, "expected"),
        ("-1", 1, "expected"),
        ("Handled", 1, "“Handled”"), ("handled / handling_duе", 11, "“handling_du”"), ("1 + reprted", 5, "“reprted”"),
        ("()", 2, "expected"),
    ])
    func `an error names its character`(text: String, character: Int, reason: String) {
        let defect = #expect(throws: TextDefect.self) { try IndicatorFormula(text: text) }
        #expect(
            defect?.character == character && defect?.reason.contains(reason) == true, "\(String(describing: defect))")
    }

    @Test func `a formula that is too long is refused, and the longest one parsed`() throws {
        let most = Limits.formulaBytes / 2 - 1
        let nested = String(repeating: "(", count: most) + "1" + String(repeating: ")", count: most)
        #expect(try IndicatorFormula(text: nested).value { _ in 0 } == 1)
        #expect(throws: TextDefect.self) { try IndicatorFormula(text: "(" + nested + ")") }
    }

    @Test func `it names its counts`() throws {
        let formula = try #require(IndicatorTable.standard["closing_on_time_rate"]).formula
        #expect(formula.counts == [.closingDue, .closedOnTime, .suspended])
    }
}

struct IndicatorTableTests {
    static let header = "code\tzh\ten\tformula\tsource\n"

    @Test func `the built-in table is whole`() {
        let table = IndicatorTable.standard
        #expect(table.indicators.count == 18)
        #expect(table["closing_on_time_rate"]?.chinese == "按期结案率" && table["nothing"] == nil)
        #expect(Set(CaseCount.allCases.map(\.code)).count == CaseCount.number && CaseCount.number <= 64)
        #expect(Set(CaseCount.allCases.map(\.chinese)).count == CaseCount.number)
        #expect(CaseCount.allCases.allSatisfy { CaseCount(code: $0.code) == $0 && !$0.rule.isEmpty })
    }

    @Test(
        arguments: [
            ("code\tzh\n", 1, nil, "columns"), (header + "a\tb\tc\t1\n", 2, nil, "4 cells"),
            (header + "A\tb\tc\t1\td\n", 2, nil, "no code"),
            (header + "a\tb\tc\t1\td\na\tb\tc\t1\td\n", 3, nil, "twice"),
            (header + "a\tb\tc\t1 / \td\n", 2, nil, "space"), (header + "a\tb\tc\t1 / x\td\n", 2, 5, "“x”"),
            (header + "\n", 2, nil, "empty"),
        ] as [(String, Int, Int?, String)])
    func `an error names its line`(text: String, line: Int, character: Int?, reason: String) {
        let defect = #expect(throws: TextDefect.self) { try IndicatorTable(text: Array(text.utf8)) }
        #expect(defect?.line == line && defect?.character == character, "\(String(describing: defect))")
        #expect(defect?.reason.contains(reason) == true, "\(String(describing: defect))")
    }

    @Test func `more indicators than the limit are refused`() throws {
        let rows = (0...Limits.indicators).map { "a\($0)\tb\tc\t1\td\n" }
        #expect(
            try IndicatorTable(text: Array((Self.header + rows.dropLast().joined()).utf8)).indicators.count
                == Limits.indicators)
        let defect = #expect(throws: TextDefect.self) {
            try IndicatorTable(text: Array((Self.header + rows.joined()).utf8))
        }
        #expect(defect?.line == Limits.indicators + 2)
    }
}

struct IndicatorEvaluationTests {
    static let may = IndicatorPeriod(
        start: shanghai("2018-05-01 00:00"), end: shanghai("2018-06-01 00:00"))

    static func facts(reported: String = "2018-05-02 10:00", _ change: (inout CaseFacts) -> Void = { _ in })
        -> CaseFacts
    {
        var facts = CaseFacts(id: ReportID(7), reported: shanghai(reported))
        change(&facts)
        return facts
    }

    static func step(_ done: String?, _ deadline: String?) -> CaseFacts.Step {
        CaseFacts.Step(
            done: done.map { Instant(milliseconds: shanghai($0)) }, deadline: deadline.map { shanghai($0) })
    }

    /// The codes of the counts in which a case of May is counted.
    static func codes(_ facts: CaseFacts) -> Set<String> {
        let counted = CaseCountSet(of: facts, in: may)
        return Set(CaseCount.allCases.filter(counted.contains).map(\.code))
    }

    @Test func `a case is counted by its deadlines, not by when it was done`() {
        let facts = Self.facts(reported: "2018-04-30 23:59") {
            $0.filing = Self.step("2018-05-01 00:00", "2018-05-01 09:00")
            $0.dispatch = Self.step("2018-05-01 10:00", "2018-05-01 09:30")
            $0.handling = Self.step("2018-06-02 09:00", "2018-05-31 18:00")
            $0.closing = Self.step("2018-05-31 12:00", "2018-06-01 00:00")
            ($0.returns, $0.extensions, $0.reworks) = (1, 2, 1)
        }
        #expect(
            Self.codes(facts) == [
                "filed", "filed_on_time", "filed_correctly", "dispatch_due", "dispatched", "handling_due", "handled",
                "handled_late", "extended",
            ])
    }

    @Test func `a case of which all goes well is in every count that is good`() {
        let step = Self.step("2018-05-03 10:00", "2018-05-03 12:00")
        let facts = Self.facts {
            ($0.confirmation, $0.filing, $0.dispatch) = (step, step, step)
            ($0.handling, $0.verification, $0.closing) = (step, step, step)
            $0.isSatisfied = true
        }
        let others: Set<String> = [
            "unclosed", "handled_late", "unhandled_overdue", "handling_suspended", "extended", "closed_late",
            "suspended",
            "reworked", "reopened",
        ]
        #expect(Self.codes(facts) == Set(CaseCount.allCases.map(\.code)).subtracting(others))
    }

    @Test func `open, suspended, reopened and void cases stand apart`() {
        let step = Self.step(nil, "2018-05-03 12:00")
        let open = Self.facts { ($0.handling, $0.closing, $0.reopenings, $0.isSatisfied) = (step, step, 1, false) }
        #expect(
            Self.codes(open) == [
                "reported", "reported_valid", "unclosed", "handling_due", "unhandled_overdue", "closing_due",
                "reopened",
                "rated",
            ])
        let suspended = Self.facts { ($0.handling, $0.closing, $0.isSuspended) = (step, step, true) }
        #expect(
            Self.codes(suspended) == [
                "reported", "reported_valid", "unclosed", "handling_due", "handling_suspended", "closing_due",
                "suspended",
            ])
        let void = Self.facts { ($0.handling, $0.closing, $0.isVoid) = (step, step, true) }
        #expect(Self.codes(void) == ["reported"])
    }

    @Test func `a step takes what its timer says, and is on time within the uncertainty`() throws {
        let timer = try StageTimerTests.timer(
            "5 office_hours", from: "2018-05-02 09:00", [StageTimerTests.finished("2018-05-02 16:00:01")],
            now: "2018-05-03 09:00", uncertainty: 2_000)
        let step = CaseFacts.Step(timer)
        #expect(step.isOnTime && step.punctuality == .onTimeWithinUncertainty)
        #expect(step.done == shanghai("2018-05-02 16:00:01") && step.deadline == shanghai("2018-05-02 16:00"))
    }

    @Test func `only what has passed of a period counts`() throws {
        let facts = Self.facts { $0.handling = Self.step("2018-05-03 10:00", "2018-05-20 12:00") }
        for (now, due) in [("2018-05-20 12:00", 0), ("2018-05-20 12:01", 1)] {
            var evaluation = try #require(IndicatorEvaluation(periods: [Self.may], now: shanghai(now)))
            evaluation.add(facts)
            #expect(
                evaluation.count(.handlingDue, of: .all, in: 0) == due
                    && evaluation.count(.reported, of: .all, in: 0) == 1)
        }
        #expect(IndicatorEvaluation(periods: [], now: 0) == nil)
        #expect(
            IndicatorEvaluation(periods: Array(repeating: Self.may, count: Limits.indicatorPeriods + 1), now: 0) == nil)
        let days = IndicatorPeriod(days: CivilDay(number: 17_652)...CivilDay(number: 17_682))
        #expect(days == Self.may && days.contains(days.start) && !days.contains(days.end))
    }

    /// A count by a loop over all cases is the oracle.
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func `counts of each scope and period are those of a plain loop`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let cases = (0..<300).map { CaseFacts.random(number: $0, using: &generator) }
        let periods = [
            Self.may, IndicatorPeriod(start: shanghai("2018-05-10 00:00"), end: shanghai("2018-05-11 00:00")),
            IndicatorPeriod(start: .min, end: .max),
        ]
        let now = shanghai("2018-05-25 09:00")
        var evaluation = try #require(IndicatorEvaluation(periods: periods, now: now))
        for facts in cases.shuffled(using: &generator) { evaluation.add(facts) }
        #expect(evaluation.scopes.first == .all && evaluation.scopes.count > 8)
        for scope in evaluation.scopes {
            for (index, period) in periods.enumerated() {
                for count in CaseCount.allCases {
                    let expected = cases.filter { facts in
                        let isInScope =
                            switch scope {
                            case .all: true
                            case .named(.department, let name): facts.department == name
                            case .named(.group, let name): facts.group == name
                            case .named(.grid, let name): facts.grid == name
                            case .unnamed(.department): facts.department == nil
                            case .unnamed(.group): facts.group == nil
                            case .unnamed(.grid): facts.grid == nil
                            case .further: false
                            }
                        return isInScope && CaseCountSet(of: facts, in: period.past(now: now)).contains(count)
                    }
                    #expect(
                        evaluation.count(count, of: scope, in: index) == expected.count,
                        "seed \(seed): \(scope) \(count.code)")
                    let named = cases.filter { evaluation.isCounted($0, as: count, of: scope, in: index) }
                    #expect(named.map(\.id) == expected.map(\.id), "seed \(seed): \(scope) \(count.code)")
                }
            }
        }
        #expect(evaluation.count(.reported, of: .named(.grid, "nowhere"), in: 0) == 0)
    }

    @Test func `no share is more than 1`() throws {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<60 {
            var evaluation = try #require(IndicatorEvaluation(periods: [Self.may], now: .max))
            for number in 0..<Int.random(in: 1...30, using: &generator) {
                evaluation.add(CaseFacts.random(number: number, using: &generator))
            }
            for indicator in IndicatorTable.standard.indicators {
                let value = evaluation.value(indicator, of: .all, in: 0)
                #expect(value.map { (0...1).contains($0) } ?? true, "\(indicator.code) is \(String(describing: value))")
            }
        }
    }

    @Test func `names beyond the limit are counted together`() throws {
        var evaluation = try #require(IndicatorEvaluation(periods: [Self.may], now: .max))
        let cases = (0..<Limits.indicatorGroups + 5).map { number in Self.facts { $0.grid = "grid \(number)" } }
        for facts in cases + cases { evaluation.add(facts) }
        #expect(evaluation.count(.reported, of: .further(.grid), in: 0) == 10)
        #expect(evaluation.count(.reported, of: .named(.grid, "grid 7"), in: 0) == 2)
        #expect(evaluation.scopes.count == 1 + Limits.indicatorGroups + 3)
        #expect(cases.filter { evaluation.isCounted($0, as: .reported, of: .further(.grid), in: 0) }.count == 5)
    }
}

extension CaseFacts {
    static func random(number: Int, using generator: inout SeededGenerator) -> CaseFacts {
        func instant() -> Int64 { .randomStart(using: &generator, from: "2018-04-20", to: "2018-06-10") }
        func step() -> Step {
            let isDone = generator.next() % 4 != 0
            let done =
                isDone ? Instant(milliseconds: instant(), uncertaintyMilliseconds: generator.next() % 5_000) : nil
            return Step(done: done, deadline: generator.next() % 6 == 0 ? nil : instant())
        }
        func times(_ often: UInt64) -> Int { generator.next() % often == 0 ? Int(generator.next() % 3) : 0 }
        var facts = CaseFacts(id: ReportID(UInt128(number)), reported: instant())
        facts.department = [nil, "城市管理局", "坪山交通运输局", "老坑社区"].randomElement(using: &generator) ?? nil
        facts.group = [nil, "信息采集组", "事件处置组", "党群服务组"].randomElement(using: &generator) ?? nil
        facts.grid = [nil, "龙田一网格", "龙田二网格"].randomElement(using: &generator) ?? nil
        (facts.confirmation, facts.filing, facts.dispatch) = (step(), step(), step())
        (facts.handling, facts.verification, facts.closing) = (step(), step(), step())
        (facts.returns, facts.reworks, facts.extensions, facts.reopenings) = (times(3), times(3), times(4), times(9))
        facts.isVoid = generator.next() % 12 == 0
        facts.isSuspended = generator.next() % 7 == 0
        facts.isSatisfied = [nil, true, false].randomElement(using: &generator) ?? nil
        return facts
    }
}
