import FieldpostAPI
import FieldpostClient
import FieldpostFleet
import Foundation
import TestKit

/// How long reports took from the gateway's answer until central showed them.
struct ReportTimes {
    let what: String
    private(set) var seconds: [Double] = []

    init(what: String) { self.what = what }

    mutating func add(_ duration: Duration) { seconds.append(duration / .seconds(1)) }

    /// The least time that 99 of 100 did not exceed. Infinite if there were none.
    var slowest: Double {
        let sorted = seconds.sorted()
        return sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
    }

    var figures: [(String, String)] {
        [(what, "\(seconds.count)"), ("s, the slowest 1 %", String(format: "%.2f", slowest))]
    }
}

extension Rig {
    /// Sends a report at the first gateway every 1.5 s, and waits until central shows it. The time from the gateway's
    /// answer on counts, for those whose session lasted so long.
    func sendOneByOne(urgent: Bool = true, _ town: Town, until end: End) async throws -> ReportTimes {
        var times = ReportTimes(what: urgent ? "urgent reports" : "reports")
        let (intake, relay) = (town.gatewayIntakes[0], town.links[0])
        let feed = Feed(rig: self, intake: intake)
        while !end.hasCome {
            try await Task.sleep(for: .milliseconds(1500))
            guard try await town.gateways[0].socket.status().peers.first?.isConnected == true else { continue }
            let session = relay.connections
            let (_, report) = feed.make(urgent: urgent)
            try await intake.create(report)
            let start = ContinuousClock.now
            feed.acknowledged(report)
            while !end.hasCome, relay.connections == session {
                if (try? await town.intakes[0].client.report(report.id)) != nil {
                    times.add(ContinuousClock.now - start)
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        return times
    }

    func check(_ times: ReportTimes, within seconds: Double) {
        // A sanitizer slows the nodes down, not the link.
        check(TestRun.sanitizer != nil || times.slowest < seconds, "\(times.what) took up to \(times.slowest) s")
    }
}
