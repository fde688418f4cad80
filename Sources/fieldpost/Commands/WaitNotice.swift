import Synchronization

/// Says that an import is waiting, and for what: once for each reason, and not for each of many requests.
final class WaitNotice: Sendable {
    private static let interval = Duration.seconds(10)
    private let last = Mutex<(reason: String, at: ContinuousClock.Instant)?>(nil)

    func tell(_ error: ClientError) {
        guard isDue(error.description, now: .now) else { return }
        let clearing = TTY.isInteractive ? "\r\u{1B}[K" : ""
        TTY.writeError(
            "\(clearing)Waiting, and sending again until it answers: \(error.description.visibleLine)\n")
    }

    /// Whether this is worth a line: another reason than the last, some seconds later.
    func isDue(_ reason: String, now: ContinuousClock.Instant) -> Bool {
        last.withLock { last in
            if let last, last.reason == reason || now - last.at < Self.interval { return false }
            last = (reason, now)
            return true
        }
    }
}
