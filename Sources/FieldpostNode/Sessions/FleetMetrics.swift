import CoreMetrics
import FieldpostCore
import FieldpostStore

/// At central: sums over what all gateways last told of themselves.
struct FleetMetrics: Sendable {
    private let entries = Gauge(label: MetricName.fleetEntriesWaiting.rawValue)
    private let urgent = Gauge(label: MetricName.fleetUrgentWaiting.rawValue)
    private let photos = Gauge(label: MetricName.fleetPhotosWaiting.rawValue)
    private let photoBytes = Gauge(label: MetricName.fleetPhotoBytesWaiting.rawValue)
    private let alarmed = Gauge(label: MetricName.fleetGatewaysAlarmed.rawValue)
    /// By stage of the disk; the last one is for stages that this version does not know.
    private let stages: [Gauge]
    private var sums = Sums()

    private struct Sums {
        // Each wraps around, so that taking away what was added is exact whatever a gateway claims.
        var entries: UInt64 = 0
        var urgent: UInt64 = 0
        var photos: UInt64 = 0
        var photoBytes: UInt64 = 0
        var alarmed = 0
        var stages = Array(repeating: 0, count: DiskStage.allCases.count + 1)
    }

    init() {
        let words = DiskStage.allCases.map { GatewayStatus.word(ofDiskStage: UInt32($0.rawValue)) } + ["unknown"]
        stages = words.map { Gauge(label: MetricName.fleetGateways.rawValue, dimensions: [("disk", $0)]) }
    }

    /// A gateway tells `new` in place of `old`. Nil: it does not count.
    mutating func replace(_ old: GatewayStatus?, by new: GatewayStatus?) {
        if let old { add(old, times: -1) }
        if let new { add(new, times: 1) }
        // A gauge takes what fits into Int64, and traps above that.
        for (gauge, sum) in [
            (entries, sums.entries), (urgent, sums.urgent), (photos, sums.photos), (photoBytes, sums.photoBytes),
        ] { gauge.record(Int64(clamping: sum)) }
        alarmed.record(sums.alarmed)
        for (gauge, count) in zip(stages, sums.stages) { gauge.record(count) }
    }

    private mutating func add(_ status: GatewayStatus, times: Int) {
        let factor = UInt64(bitPattern: Int64(times))
        sums.entries &+= status.entries.count &* factor
        sums.urgent &+= status.urgent.count &* factor
        sums.photos &+= status.photos.count &* factor
        sums.photoBytes &+= status.photos.bytes &* factor
        if !status.alarms.isEmpty { sums.alarmed += times }
        sums.stages[min(Int(clamping: status.diskStage), sums.stages.count - 1)] += times
    }
}
