import FieldpostClient
import Synchronization

/// Prints that an import is waiting, and why: once for each reason, not for each request.
final class WaitNotice: Sendable {
    private static let interval = Duration.seconds(10)
    private let last = Mutex<(reason: String, at: ContinuousClock.Instant)?>(nil)

    func tell(_ error: ClientError) {
        guard isDue(error.description, now: .now) else { return }
        let clearing = TTY.isInteractive ? "\r\u{1B}[K" : ""
        TTY.writeError(
            "\(clearing)Waiting and retrying: \(error.description.visibleLine)\n")
    }

    /// Whether to print this: the reason differs from the last one, and some seconds have passed.
    func isDue(_ reason: String, now: ContinuousClock.Instant) -> Bool {
        last.withLock { last in
            if let last, last.reason == reason || now - last.at < Self.interval { return false }
            last = (reason, now)
            return true
        }
    }
}
