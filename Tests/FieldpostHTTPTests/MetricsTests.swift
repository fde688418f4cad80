import CoreMetrics
import FieldpostCore
import FieldpostHTTP
import HTTPTypes
import HummingbirdTesting
import MetricsTestKit
import Testing

struct MetricsTests {
    @Test func `answers count by route and status, and no path or method that a client makes up`() async throws {
        let recorded = TestMetrics()
        try await withMetricsFactory(recorded) {
            try await withAPI { api in
                for _ in 0..<2 {
                    try await api.client.execute(uri: "/v1/reports", method: .get) { #expect($0.status == .ok) }
                }
                for path in ["/made/up", "/v1/reports/none", "/v1/reports/nil"] {
                    try await api.client.execute(uri: path, method: .get) { #expect($0.status.code >= 400) }
                }
                try await api.client.execute(uri: "/v1/reports", method: .init("MADEUP")!) { _ in }
            }
        }
        let counters = recorded.counters.filter { $0.label == MetricName.httpRequests.rawValue }
        func count(_ route: String, _ status: Int) -> Int64 {
            counters.filter { counter in
                counter.dimensions.contains { $0 == ("route", route) }
                    && counter.dimensions.contains { $0 == ("status", "\(status)") }
            }.reduce(0) { $0 + $1.totalValue }
        }
        #expect(count("/v1/reports", 200) == 2)
        #expect(count("/v1/reports/{id}", 400) == 2)
        #expect(counters.flatMap(\.dimensions).allSatisfy { !$0.1.contains("made") && !$0.1.contains("nil") })
        let timers = recorded.timers.filter { $0.label == MetricName.httpRequestSeconds.rawValue }
        #expect(timers.contains { $0.values.count == 2 && $0.dimensions.contains { $0 == ("route", "/v1/reports") } })
    }
}
