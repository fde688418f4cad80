import CoreMetrics
import FieldpostCore
import Synchronization

/// Counts the bytes of messages, by the class of the link, lane and direction. The configuration names the classes.
final class LaneBytes: Sendable {
    private struct Place: Hashable {
        let link: String
        let lane: Lane
        let isSent: Bool
    }

    private let counters = Mutex<[Place: Counter]>([:])

    /// `link`: nil where links are not told apart.
    func count(_ bytes: Int, in lane: Lane, of link: String?, isSent: Bool) {
        let place = Place(link: link ?? "unknown", lane: lane, isSent: isSent)
        let counter = counters.withLock { counters in
            if let known = counters[place] { return known }
            let counter = Counter(
                label: MetricName.linkBytes.rawValue,
                dimensions: [
                    ("link", place.link), ("lane", "\(lane)"), ("direction", isSent ? "sent" : "received"),
                ])
            counters[place] = counter
            return counter
        }
        counter.increment(by: bytes)
    }
}
