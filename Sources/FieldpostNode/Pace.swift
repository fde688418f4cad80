/// Keeps one peer that talks without an end from taking the time of all others: the events of a second are counted, and
/// where they are too many the next one waits for the next second. Unread bytes then wait on the peer's side.
struct Pace {
    private let perSecond: Int
    private var count = 0
    private var since = ContinuousClock.now

    init(perSecond: Int) { self.perSecond = perSecond }

    /// Before each event. Returns at once where there is room, or when the task is cancelled.
    mutating func keep() async {
        count += 1
        guard count > perSecond else { return }
        try? await Task.sleep(until: since + .seconds(1), clock: .continuous)
        (count, since) = (1, .now)
    }
}
