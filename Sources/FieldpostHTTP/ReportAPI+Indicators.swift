import FieldpostCore
import FieldpostNode
import FieldpostStore
import HTTPTypes
import Hummingbird
import Synchronization

/// Figures of cases, and the cases behind each. They are computed when they are asked for, from all reports that this
/// node keeps: a few at a time, none of which is held.
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
            let part = try await scan(after: after, now: now) { $0 }
            for (_, facts) in part.values { evaluation.add(facts) }
            (reports, place) = (reports + part.count, part.next)
        }
        return IndicatorsView(evaluation, of: query, now: now, reports: reports)
    }

    /// One page of the cases that are counted. A page ends when it is full, or when it took long.
    private func cases(_ query: IndicatorQuery, counted count: CaseCount, now: Int64) async throws -> CountedCasesView {
        let period = query.period.past(now: now)
        let end = ContinuousClock.now + .milliseconds(Limits.indicatorPageMilliseconds)
        var found: [(place: Int64, value: CaseFacts)] = []
        var place = Int64(query.after) as Int64?
        while let after = place {
            try Task.checkCancellation()
            let part = try await scan(after: after, now: now) { facts in
                let isCounted = query.holds(facts) && CaseCountSet(of: facts, in: period).contains(count)
                return isCounted ? facts : nil
            }
            found += part.values
            place = part.next
            if found.count >= query.limit {
                // The rest of this part is read again for the next page.
                if found.count > query.limit { place = found[query.limit - 1].place }
                break
            }
            if ContinuousClock.now >= end { break }
        }
        return CountedCasesView(found.prefix(query.limit).map(\.value), of: query, counted: count, next: place)
    }

    /// Part of a walk through the facts of all cases (`ReportStore.scan`), by the calendars that they name.
    private func scan<Value: Sendable>(
        after place: Int64, now: Int64, _ take: @escaping @Sendable (CaseFacts) -> Value?
    ) async throws -> ReportScan<Value> {
        let settings = node.centralSettings
        let unknown = UnknownCalendars()
        func part(_ calendars: [String: WorkCalendar]) async throws(JournalError) -> ReportScan<Value> {
            try await node.journal.scan(after: place) { report in
                take(
                    CaseFacts(of: report, now: now) { version in
                        let calendar = calendars[version] ?? settings.known(version: version)
                        if calendar == nil { unknown.versions.withLock { _ = $0.insert(version) } }
                        return calendar
                    })
            }
        }
        let first = try await part([:])
        let missing = unknown.versions.withLock { $0 }
        // Older calendars come from the journal once. Then this part is read again.
        let found = try await settings.calendars(missing)
        return found.isEmpty ? first : try await part(found)
    }
}

/// Versions of calendars that cases name and that are not in memory.
private final class UnknownCalendars: Sendable {
    let versions = Mutex<Set<String>>([])
}
