import CoreMetrics
import FieldpostCore
import Logging
import MetricsTestKit
import Testing

@testable import FieldpostNode

struct RefusalLogTests {
    @Test func `each refusal counts, also one that the log leaves out`() throws {
        let recorded = TestMetrics()
        withMetricsFactory(recorded) {
            let log = RefusalLog(clock: HostClock(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            for _ in 0..<3 { log.note("no certificate", at: "192.0.2.1:4000") }
            log.note(Violation(.badBatch, "short"), endedSessionAt: "192.0.2.1:4000")
        }
        #expect(try recorded.expectCounter(MetricName.peersRefused.rawValue).totalValue == 4)
    }
}
