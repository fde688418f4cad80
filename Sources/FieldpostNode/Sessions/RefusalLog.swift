import CoreMetrics
import FieldpostCore
import FieldpostSync
import FieldpostTransport
import Logging
import Synchronization

/// Logs why a peer got no session, was not enrolled, or lost its session because it broke the protocol. Each reason is
/// logged once in a while for each host, with a count of repetitions. So the log stays readable even with a peer that
/// tries forever, or a flood.
package final class RefusalLog: Sendable {
    private struct Reason: Hashable {
        let host: String
        let kind: String
    }

    private struct Record {
        var loggedAt: UInt64
        var suppressed = 0
    }

    private let clock: HostClock
    private let logger: Logger
    private let refused = Counter(label: MetricName.peersRefused.rawValue)
    private let records = Mutex<[Reason: Record]>([:])

    init(clock: HostClock, logger: Logger) {
        self.clock = clock
        self.logger = logger
    }

    /// A session ended because the peer broke the protocol. Each kind of violation counts as one reason.
    func note(_ violation: Violation, endedSessionAt address: String) {
        note("session ended", violation.description, as: "session \(violation.code)", at: address)
    }

    /// `address`: the peer's "host:port".
    package func note(_ text: String, at address: String) { note("no session", text, as: text, at: address) }

    private func note(_ event: Logger.Message, _ text: String, as kind: String, at address: String) {
        refused.increment()
        let host = Endpoint(address)?.host ?? address
        let now = clock.moment().monotonicMilliseconds
        let suppressed = records.withLock { records -> Int? in
            let reason = Reason(host: host, kind: kind)
            if let known = records[reason], now - known.loggedAt < Limits.refusalLogSeconds * 1000 {
                records[reason]?.suppressed += 1
                return nil
            }
            let suppressed = records[reason]?.suppressed ?? 0
            if records.count >= Limits.loggedRefusals { records = [:] }
            records[reason] = Record(loggedAt: now)
            return suppressed
        }
        guard let suppressed else { return }
        logger.notice(
            event, metadata: ["address": "\(address)", "reason": "\(text)", "suppressed": "\(suppressed)"])
    }
}
