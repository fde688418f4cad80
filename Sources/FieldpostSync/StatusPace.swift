import FieldpostCore

/// When a gateway tells central how it is: each minute, and sooner when something changed that cannot wait.
struct StatusPace: Sendable {
    private var told: (key: GatewayStatus.Key, at: UInt64)?

    /// `now`: milliseconds that never go backwards.
    func isDue(_ key: GatewayStatus.Key, at now: UInt64) -> Bool {
        guard let told else { return true }
        let seconds = (now - min(told.at, now)) / 1000
        return seconds >= Limits.statusSeconds || key != told.key && seconds >= Limits.statusLeastSeconds
    }

    mutating func tell(_ key: GatewayStatus.Key, at now: UInt64) { told = (key, now) }
}
