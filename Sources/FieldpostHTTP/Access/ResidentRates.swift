import HTTPTypes

/// How often residents may make reports, and how often they may write what belongs to them. A port has one.
package struct ResidentRates: Sendable {
    private let reports: RateLimiter
    private let writes: RateLimiter

    package init(reports: RateLimiter, writes: RateLimiter) {
        self.reports = reports
        self.writes = writes
    }

    package static func forResidents() -> ResidentRates { ResidentRates(reports: .forReports(), writes: .forWrites()) }

    /// Who counts a request. Nil: it is not counted.
    func limiter(_ method: HTTPRequest.Method, _ path: String) -> RateLimiter? {
        switch (method, path) {
        case (.post, "/v1/reports"), (.post, "/report"), (.post, "/v1/follows"): reports
        case (.post, _), (.put, _), (.get, "/v1/nearby"): writes
        default: nil
        }
    }

    /// Counts a report on the fast path. Returns the seconds to wait, or nil.
    func takeReport(_ address: String) -> Int? { reports.take(address) }

    /// Counts a report less, which the ordinary way counts again.
    func giveBackReport(_ address: String) { reports.giveBack(address) }
}
