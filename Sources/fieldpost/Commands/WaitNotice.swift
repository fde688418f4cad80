import Synchronization

/// Says that an import is waiting, and for what, without repeating it for each of many requests.
final class WaitNotice: Sendable {
    private static let interval = Duration.seconds(10)
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    func tell(_ error: ClientError) {
        let now = ContinuousClock.now
        let isDue = last.withLock { last in
            guard last.map({ now - $0 >= Self.interval }) ?? true else { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let clearing = Terminal.isInteractive ? "\r\u{1B}[K" : ""
        Terminal.writeError("\(clearing)Waiting, and sending again: \(error.description)\n")
    }
}
