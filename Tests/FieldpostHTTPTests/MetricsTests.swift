import CoreMetrics
import FieldpostCore
import HTTPTypes
import HummingbirdTesting
import MetricsTestKit
import Synchronization
import Testing

@testable import FieldpostHTTP

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

    @Test func `What is sent counts by door and result, and with the time that it took`() async throws {
        let recorded = TestMetrics()
        try await withMetricsFactory(recorded) {
            try await withAPI { api in
                let path = try await api.report()
                let report = #"{"channel": "terminal", "category": "AQ03", "text": "消防通道被占用"}"#
                for status in [201, 201] {
                    #expect(try await api.post("/v1/reports", report, ["Idempotency-Key": "k-1"]).status == status)
                }
                #expect(try await api.patch(path, "{}").status >= 400)
            }
        }
        func count(_ result: String) throws -> Int64 {
            try recorded.expectCounter(MetricName.intake.rawValue, [("door", "trusted"), ("result", result)]).totalValue
        }
        #expect(try [count("stored"), count("repeated"), count("refused"), count("full")] == [2, 1, 1, 0])
        let timer = try recorded.expectTimer(MetricName.intakeSeconds.rawValue, [("door", "trusted")])
        #expect(timer.values.count == 4 && timer.values.allSatisfy { $0 > 0 })
        #expect(try recorded.expectTimer(MetricName.intakeSeconds.rawValue, [("door", "resident")]).values.isEmpty)
    }

    @Test func `One scrape is computed at a time, and others that come meanwhile share it`() async {
        let state = Mutex((running: 0, most: 0, all: 0))
        let scrapes = Scrapes {
            state.withLock { state in
                state.running += 1
                state.all += 1
                state.most = max(state.most, state.running)
            }
            for _ in 0..<1_000 { await Task.yield() }
            return state.withLock { state in
                state.running -= 1
                return Array("\(state.all)".utf8)
            }
        }
        let texts = await withTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<32 { group.addTask { await scrapes.text() } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(state.withLock { $0.most } == 1 && state.withLock { $0.all } < 32 && texts.allSatisfy { !$0.isEmpty })
        let before = state.withLock { $0.all }
        #expect(await scrapes.text() == Array("\(before + 1)".utf8))
    }
}
