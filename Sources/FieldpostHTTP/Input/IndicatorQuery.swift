import FieldpostCore
import HTTPTypes
import Hummingbird

/// The query of `GET /v1/indicators`.
struct IndicatorQuery: Sendable {
    /// As it was given: "2026-11".
    private(set) var periodText = ""
    private(set) var period = IndicatorPeriod(start: 0, end: 0)
    /// What the figures are given for, beside all cases together.
    private(set) var by: IndicatorEvaluation.Dimension?
    /// Asks for the cases of this count, and not for figures.
    private(set) var cases: CaseCount?
    /// Only cases with this department, group or grid. Empty: only those without one. Nil: all.
    private(set) var name: String?
    /// The cases of a page come after this place.
    private(set) var after: Int64 = 0
    private(set) var limit = Limits.pageReportsDefault

    /// Throws `.badQuery`, which names every invalid parameter.
    init(_ request: Request) throws(Problem) {
        var query = Self()
        try QueryParameters(request).read { name, value in query.set(name, value) }
        guard !query.periodText.isEmpty else {
            throw Problem(
                .badQuery, "`period` is missing. Nothing was changed. Give a year, a month or a day, such as 2026-11.")
        }
        guard query.name == nil || query.by != nil && query.cases != nil else {
            throw Problem(.badQuery, "`name` needs `by` and `cases`. Nothing was changed. Add them, or leave it out.")
        }
        guard query.cases != nil || query.after == 0 && query.limit == Limits.pageReportsDefault else {
            throw Problem(
                .badQuery, "`cursor` and `limit` are for the cases behind a figure. Nothing was changed. Add `cases`.")
        }
        self = query
    }

    private init() {}

    /// Sets one parameter, or returns what is wrong with it.
    private mutating func set(_ name: String, _ value: String) -> String? {
        switch name {
        case "period":
            guard let period = IndicatorPeriod(text: value) else {
                return "must be a year, a month, a day or two days with a slash, such as 2026, 2026-11, 2026-11-30 or "
                    + "2026-11-01/2026-11-15"
            }
            (periodText, self.period) = (value, period)
        case "by":
            guard let by = IndicatorEvaluation.Dimension(code: value) else {
                return "must be department, group or grid"
            }
            self.by = by
        case "cases":
            guard let count = CaseCount(code: value) else { return "must be the code of a count, such as closed_late" }
            cases = count
        case "name":
            guard value.utf8.count <= Limits.shortTextBytes else {
                return "must have at most \(Limits.shortTextBytes) bytes (UTF-8)"
            }
            self.name = value
        case "cursor":
            guard let cursor = ListingCursor(text: value) else { return "must be `next` of the previous page" }
            after = cursor.before
        case "limit": return QueryParameters.read(limit: value, into: &self.limit)
        default: return "is not a parameter of this path"
        }
        return nil
    }

    /// Whether a case is one of those that `by` and `name` select.
    func holds(_ facts: CaseFacts) -> Bool {
        guard let by, let name else { return true }
        return (by.name(in: facts) ?? "").hasSameBytes(as: name)
    }
}
