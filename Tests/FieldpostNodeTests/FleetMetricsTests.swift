import CoreMetrics
import FieldpostAPI
import FieldpostCore
import MetricsTestKit
import Testing

@testable import FieldpostNode

/// What central measures of its gateways, and how it shows what they say.
@Suite(.serialized) struct FleetMetricsTests {
    private static func status(_ entries: UInt64, disk: UInt32 = 0, alarms: [UInt32] = []) -> GatewayStatus {
        var status = GatewayStatus(uptimeSeconds: 1, version: "0.1.0")
        (status.entries.count, status.diskStage, status.alarms) = (entries, disk, alarms)
        status.photos = .init(count: 2, bytes: 500)
        return status
    }

    @Test func `sums follow what each gateway said last, whatever it claims`() async throws {
        let recorded = TestMetrics()
        withMetricsFactory(recorded) {
            var metrics = FleetMetrics()
            for claim in [UInt64.max, 1 << 63] {
                metrics.replace(nil, by: Self.status(claim))
                metrics.replace(Self.status(claim), by: Self.status(0))
                metrics.replace(Self.status(0), by: Self.status(claim))
                var none = Self.status(0)
                (none.photos, none.diskStage) = (.init(), 2)
                metrics.replace(Self.status(claim), by: none)
            }
            metrics.replace(nil, by: Self.status(5))
            metrics.replace(nil, by: Self.status(.max, disk: 77, alarms: [1, 9]))
            metrics.replace(Self.status(.max, disk: 77, alarms: [1, 9]), by: Self.status(7, disk: 1, alarms: [300]))
        }
        func last(_ name: MetricName, _ stage: String? = nil) throws -> Double? {
            let gauge = try recorded.expectGauge(name.rawValue, stage.map { [("disk", $0)] } ?? [])
            return gauge.lastValue
        }
        #expect(try last(.fleetEntriesWaiting) == 12)
        #expect(try last(.fleetPhotosWaiting) == 4 && last(.fleetPhotoBytesWaiting) == 1000)
        #expect(try last(.fleetGatewaysAlarmed) == 1)
        #expect(try last(.fleetGateways, "ample") == 1 && last(.fleetGateways, "photos-refused") == 1)
        #expect(try last(.fleetGateways, "unknown") == 0)
    }

    @Test func `a gateway that was revoked counts no more`() throws {
        let recorded = TestMetrics()
        withMetricsFactory(recorded) {
            var metrics = FleetMetrics()
            metrics.replace(nil, by: Self.status(5, alarms: [1]))
            metrics.replace(nil, by: Self.status(7, disk: 1))
            metrics.replace(Self.status(5, alarms: [1]), by: nil)
        }
        #expect(try recorded.expectGauge(MetricName.fleetEntriesWaiting.rawValue).lastValue == 7)
        #expect(try recorded.expectGauge(MetricName.fleetPhotosWaiting.rawValue).lastValue == 2)
        #expect(try recorded.expectGauge(MetricName.fleetGatewaysAlarmed.rawValue).lastValue == 0)
        let ample = try recorded.expectGauge(MetricName.fleetGateways.rawValue, [("disk", "ample")])
        #expect(ample.lastValue == 0)
    }

    @Test func `codes of a later version are shown as numbers`() {
        var status = Self.status(1, disk: 9, alarms: [AlarmCode.photosLost.rawValue, 300])
        status.photosWaitFor = 99
        let report = SelfReport(status, secondsAgo: 40)
        #expect(report.diskStage == "unknown-9" && report.photosWaitFor == "unknown-99" && report.secondsAgo == 40)
        #expect(report.alarms == ["photos-lost", "unknown-300"] && report.link == nil)
        status.photosWaitFor = 3
        #expect(SelfReport(status, secondsAgo: 0).photosWaitFor == "hours")
    }
}
