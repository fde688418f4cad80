import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird

/// Figures of cases, and the cases behind each. They are computed when they are asked for, from the facts of all cases
/// that this node knows: a few thousand at a time, none of which is held.
extension ReportAPI {
    /// `GET /v1/indicators`
    func indicators(_ request: Request) async throws -> Response {
        let query = try IndicatorQuery(request)
        guard evaluations.enter() else {
            throw Problem(
                .busy, "This node is computing indicators already. Nothing was changed. Try again in some seconds.",
                headers: [HTTPField(name: .retryAfter, value: "\(Limits.busyRetrySeconds)")])
        }
        defer { evaluations.leave() }
        let now = await node.time()?.milliseconds ?? node.stamp().wallMilliseconds
        guard let count = query.cases else { return try Response(json: try await figures(query, now: now)) }
        return try Response(json: try await cases(query, counted: count, now: now))
    }

    private func figures(_ query: IndicatorQuery, now: Int64) async throws -> IndicatorsView {
        guard var evaluation = IndicatorEvaluation(periods: [query.period], now: now) else {
            preconditionFailure("one period was refused")
        }
        var (reports, place) = (0, Int64(0) as Int64?)
        while let after = place {
            try Task.checkCancellation()
            let part = try await node.journal.facts(after: after)
            for (_, facts) in part.cases { evaluation.add(facts) }
            (reports, place) = (reports + part.cases.count, part.next)
        }
        return IndicatorsView(evaluation, of: query, now: now, reports: reports)
    }

    /// One page of the cases that are counted. A page ends when it is full, or when it took long.
    private func cases(_ query: IndicatorQuery, counted count: CaseCount, now: Int64) async throws -> CountedCasesView {
        let period = query.period.past(now: now)
        let end = ContinuousClock.now + .milliseconds(Limits.indicatorPageMilliseconds)
        var found: [(place: Int64, facts: CaseFacts)] = []
        var place = Int64(query.after) as Int64?
        while let after = place {
            try Task.checkCancellation()
            let part = try await node.journal.facts(after: after)
            found += part.cases.filter { _, facts in
                query.holds(facts) && CaseCountSet(of: facts, in: period).contains(count)
            }
            place = part.next
            if found.count >= query.limit {
                // The rest of this part is read again for the next page.
                if found.count > query.limit { place = found[query.limit - 1].place }
                break
            }
            if ContinuousClock.now >= end { break }
        }
        return CountedCasesView(found.prefix(query.limit).map(\.facts), of: query, counted: count, next: place)
    }
}
