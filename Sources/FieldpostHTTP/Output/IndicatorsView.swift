import FieldpostCore

/// `GET /v1/indicators`: figures of cases.
struct IndicatorsView: Encodable {
    let period: PeriodView
    let by: String?
    /// How many reports were looked at.
    let reports: Int
    /// What the codes in the rows mean.
    let indicators: [DefinitionView]
    let counts: [CountView]
    /// All cases together first, then each name, those without one, and those of further names.
    let rows: [RowView]

    struct PeriodView: Encodable {
        let text: String
        let from: String?
        let to: String?
        /// Only what had passed of the period is counted.
        let countedUntil: String?

        private enum CodingKeys: String, CodingKey {
            case text, from, to
            case countedUntil = "counted_until"
        }
    }

    struct DefinitionView: Encodable {
        let code: String
        let zh: String
        let en: String
        let formula: String
        let source: String
        /// The counts that it is made of.
        let counts: [String]
    }

    struct CountView: Encodable {
        let code: String
        let zh: String
        let rule: String
    }

    struct RowView: Encodable {
        /// "all", "named", "unnamed" or "further".
        let scope: String
        let name: String?
        /// Each count that is not 0.
        let counts: [String: Int]
        /// By the code of the indicator.
        let figures: [String: FigureView]
        /// The path of the cases behind a count, to which the count's code is added. Missing for further names.
        let cases: String?
    }

    struct FigureView: Encodable {
        /// Missing when the formula divides by zero: there is nothing to say.
        let value: Double?
        /// Both missing if the formula is not a quotient.
        let numerator: Double?
        let denominator: Double?
    }

    init(_ evaluation: IndicatorEvaluation, of query: IndicatorQuery, now: Int64, reports: Int) {
        let table = IndicatorTable.standard.indicators
        period = PeriodView(
            text: query.periodText, from: Timestamp.text(query.period.start), to: Timestamp.text(query.period.end),
            countedUntil: Timestamp.text(query.period.past(now: now).end))
        by = query.by?.code
        self.reports = reports
        indicators = table.map { indicator in
            DefinitionView(
                code: indicator.code, zh: indicator.chinese, en: indicator.english, formula: indicator.formula.text,
                source: indicator.source, counts: indicator.formula.counts.map(\.code))
        }
        counts = CaseCount.allCases.map { CountView(code: $0.code, zh: $0.chinese, rule: $0.rule) }
        rows = evaluation.scopes.filter { $0.isShown(by: query.by) }.map { scope in
            RowView(evaluation, scope, of: query, table)
        }
    }
}

extension IndicatorsView.RowView {
    fileprivate init(
        _ evaluation: IndicatorEvaluation, _ scope: IndicatorEvaluation.Scope, of query: IndicatorQuery,
        _ table: [Indicator]
    ) {
        let found = CaseCount.allCases.map { ($0, evaluation.count($0, of: scope, in: 0)) }
        counts = Dictionary(uniqueKeysWithValues: found.filter { $0.1 != 0 }.map { ($0.0.code, $0.1) })
        figures = Dictionary(
            uniqueKeysWithValues: table.map { indicator in
                let parts = indicator.formula.quotient { found[$0.rawValue].1 }
                return (
                    indicator.code,
                    IndicatorsView.FigureView(
                        value: evaluation.value(indicator, of: scope, in: 0), numerator: parts?.numerator,
                        denominator: parts?.denominator)
                )
            })
        let path = "/v1/indicators?period=\(PercentEncoding.component(query.periodText))"
        switch scope {
        case .all: (self.scope, name, cases) = ("all", nil, path + "&cases=")
        case .named(let by, let name):
            (self.scope, self.name) = ("named", name)
            cases = path + "&by=\(by.code)&name=\(PercentEncoding.component(name))&cases="
        case .unnamed(let by): (self.scope, name, cases) = ("unnamed", nil, path + "&by=\(by.code)&name=&cases=")
        case .further: (self.scope, name, cases) = ("further", nil, nil)
        }
    }
}

/// `GET /v1/indicators?cases=…`: one page of the cases behind a count, in order of arrival here.
struct CountedCasesView: Encodable {
    let count: IndicatorsView.CountView
    let cases: [CountedCaseView]
    /// For `cursor`. A page may have few cases, or none, and yet a next one.
    let next: String?

    struct CountedCaseView: Encodable {
        let report: String
        let department: String?
        let group: String?
        let grid: String?
        let reportedAt: String?
        /// Those that are done, or have a deadline.
        let stages: [String: StageView]

        private enum CodingKeys: String, CodingKey {
            case report, department, group, grid, stages
            case reportedAt = "reported_at"
        }
    }

    struct StageView: Encodable {
        let doneAt: String?
        let deadline: String?
        /// Missing while it is not done, or when it has no deadline.
        let onTime: Bool?

        private enum CodingKeys: String, CodingKey {
            case deadline
            case doneAt = "done_at"
            case onTime = "on_time"
        }
    }

    init(_ facts: [CaseFacts], of query: IndicatorQuery, counted count: CaseCount, next: Int64?) {
        self.count = IndicatorsView.CountView(code: count.code, zh: count.chinese, rule: count.rule)
        cases = facts.map(CountedCaseView.init)
        self.next = next.map { ListingCursor(before: $0).text }
    }
}

extension CountedCasesView.CountedCaseView {
    fileprivate init(_ facts: CaseFacts) {
        report = facts.id.description
        (department, group, grid) = (facts.department, facts.group, facts.grid)
        reportedAt = Timestamp.text(facts.reported)
        let steps: [(TimedStage.Code, CaseFacts.Step)] = [
            (.confirmation, facts.confirmation), (.filing, facts.filing), (.dispatch, facts.dispatch),
            (.handling, facts.handling), (.verification, facts.verification), (.closing, facts.closing),
        ]
        let known = steps.filter { $0.1.done != nil || $0.1.deadline != nil }
        stages = Dictionary(
            uniqueKeysWithValues: known.map { code, step in
                (
                    code.rawValue,
                    CountedCasesView.StageView(
                        doneAt: step.done.flatMap { Timestamp.text($0) },
                        deadline: step.deadline.flatMap { Timestamp.text($0) },
                        onTime: step.punctuality?.isOnTime)
                )
            })
    }
}

extension IndicatorEvaluation.Scope {
    fileprivate func isShown(by dimension: IndicatorEvaluation.Dimension?) -> Bool {
        switch self {
        case .all: true
        case .named(let own, _), .unnamed(let own), .further(let own): own == dimension
        }
    }
}
