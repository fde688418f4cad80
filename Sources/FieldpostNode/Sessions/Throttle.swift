/// Keeps one peer that talks without an end from taking the time of all others: the events of a tenth of a second are
/// counted, and where they are too many the next one waits for the next tenth. Unread bytes then wait on the peer's
/// side.
struct Throttle {
    private let perTenth: Int
    private var count = 0
    private var since = ContinuousClock.now

    init(perSecond: Int) { perTenth = perSecond / 10 }

    /// Before each event. Returns at once where there is room, or when the task is cancelled.
    mutating func keep() async {
        count += 1
        guard count > perTenth else { return }
        try? await Task.sleep(until: since + .milliseconds(100), clock: .continuous)
        (count, since) = (1, .now)
    }
}
