/// Prevents one peer that sends without end from using the time of all others. It counts events: so many may come at
/// once, and so many a second are added. If there are none left, the next event waits for the next tenth of a second.
/// Unread bytes then wait on the peer's side.
struct Throttle {
    private let perSecond: Int
    private let atOnce: Int
    private var left: Int
    /// When events were last added.
    private var since = ContinuousClock.now

    init(perSecond: Int, atOnce: Int) {
        self.perSecond = perSecond
        self.atOnce = atOnce
        left = atOnce
    }

    /// Call this before each event. Returns at once if there is room, or if the task is cancelled.
    mutating func keep() async {
        if left == 0 {
            try? await Task.sleep(until: since + .milliseconds(100), clock: .continuous)
            let now = ContinuousClock.now
            left = min(max(Int((now - since) / .milliseconds(1)) * perSecond / 1000, 1), atOnce)
            since = now
        }
        left -= 1
    }
}
