import CoreMetrics
import FieldpostCore
import Hummingbird
import Metrics
import Synchronization

/// Counts the answers to requests and times them. The library's own middleware keeps a metric for each method that
/// any client names, without a limit. This one keeps one for each route and each status.
struct MetricsMiddleware: RouterMiddleware {
    typealias Context = APIContext

    let metrics: RouteMetrics

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        metrics.record(context.endpointPath ?? "none", response.status.code, ContinuousClock.now - start)
        return response
    }
}

/// One counter for each route and status, one timer for each route.
final class RouteMetrics: Sendable {
    private struct Answer: Hashable {
        let route: String
        let status: Int
    }

    private struct Known {
        var counters: [Answer: Counter] = [:]
        var timers: [String: Timer] = [:]
    }

    private let known = Mutex(Known())

    func record(_ route: String, _ status: Int, _ duration: Duration) {
        let (counter, timer) = known.withLock { known in
            let answer = Answer(route: route, status: status)
            if let counter = known.counters[answer], let timer = known.timers[route] { return (counter, timer) }
            let counter = Counter(
                label: MetricName.httpRequests.rawValue, dimensions: [("route", route), ("status", "\(status)")])
            let timer =
                known.timers[route]
                ?? Timer(
                    label: MetricName.httpRequestSeconds.rawValue, dimensions: [("route", route)],
                    preferredDisplayUnit: .seconds)
            (known.counters[answer], known.timers[route]) = (counter, timer)
            return (counter, timer)
        }
        counter.increment()
        timer.record(duration: duration)
    }
}
