/// Prevents one peer that sends without end from using the time of all others. It counts the events in each tenth of a
/// second. If there are too many, the next event waits for the next tenth. Unread bytes then wait on the peer's side.
struct Throttle {
    private let perTenth: Int
    private var count = 0
    private var since = ContinuousClock.now

    init(perSecond: Int) { perTenth = perSecond / 10 }

    /// Call this before each event. Returns at once if there is room, or if the task is cancelled.
    mutating func keep() async {
        count += 1
        guard count > perTenth else { return }
        try? await Task.sleep(until: since + .milliseconds(100), clock: .continuous)
        (count, since) = (1, .now)
    }
}
