package import FieldpostCore

/// What one side of a session has to send, and the order in which it does.
///
/// `control` and `urgent` go first. The other lanes share the link by weight, and only as much of them is on its way as
/// `LinkMeter` allows. So a report that comes now waits a fraction of a second at most, whatever is behind it.
package struct LaneQueue: Sendable {
    private struct Waiting {
        var messages: [Message] = []
        var taken = 0
        /// Bytes sent, divided by the lane's weight.
        var turn: UInt64 = 0

        var isEmpty: Bool { taken == messages.count }
        var count: Int { messages.count - taken }

        mutating func take() -> Message {
            defer {
                if isEmpty {
                    (messages, taken) = ([], 0)
                } else if taken >= 64 {
                    messages.removeFirst(taken)
                    taken = 0
                }
            }
            taken += 1
            return messages[taken - 1]
        }
    }

    private var lanes = Array(repeating: Waiting(), count: Lane.allCases.count)
    private var meter = LinkMeter()
    /// A mark that follows the last message.
    private var mark: UInt64?
    /// The turn of the lane that sent last.
    private var turn: UInt64 = 0

    package init() {}

    private subscript(lane: Lane) -> Waiting {
        get { lanes[Int(lane.rawValue)] }
        _modify { yield &lanes[Int(lane.rawValue)] }
    }

    /// Bytes a second that the link takes. Nil until something was measured.
    package var bytesPerSecond: Int? { meter.rate.map { Int($0 * 1000) } }

    /// About how many bytes a message of a lower lane should have.
    package var frameBytes: Int { meter.frameBytes }

    /// About how many bytes of a blob are read at once.
    package var readBytes: Int { meter.readBytes }

    /// Messages that wait.
    package var count: Int { lanes.reduce(0) { $0 + $1.count } }

    /// The lanes in which messages wait.
    package var waiting: Set<Lane> { Set(Lane.allCases.filter { !self[$0].isEmpty }) }

    func count(of lane: Lane) -> Int { self[lane].count }

    /// About how many bytes wait in a lane.
    func bytes(of lane: Lane) -> Int {
        self[lane].messages[self[lane].taken...].reduce(0) { $0 + $1.estimatedBytes }
    }

    package mutating func add(_ message: Message) {
        let lane = message.lane
        if self[lane].isEmpty { self[lane].turn = max(self[lane].turn, turn) }
        self[lane].messages.append(message)
    }

    /// Drops what waits in the lower lanes. Call it before a goodbye.
    package mutating func dropLowerLanes() {
        for lane in Lane.allCases where lane > .urgent { self[lane] = Waiting() }
        mark = nil
    }

    /// The next message to send. Nil if none waits, or if the link has taken as much as it may until the peer answers a
    /// mark. Lanes in `closed` wait.
    package mutating func next(at now: Moment, closed: Set<Lane> = []) -> Message? {
        let now = now.monotonicMilliseconds
        for lane in [Lane.control, .urgent] where !closed.contains(lane) && !self[lane].isEmpty {
            return self[lane].take()
        }
        if let number = mark {
            mark = nil
            return .mark(number)
        }
        let lower = Lane.allCases.filter { $0 > .urgent && !closed.contains($0) && !self[$0].isEmpty }
        guard let lane = lower.min(by: { self[$0].turn < self[$1].turn }) else {
            return nil
        }
        if meter.needsProbe(at: now) { return .mark(meter.startProbe(at: now)) }
        guard meter.underway < meter.window(at: now) else {
            return meter.needsMark ? .mark(meter.mark(at: now)) : nil
        }
        let message = self[lane].take()
        turn = self[lane].turn
        self[lane].turn += UInt64(message.estimatedBytes) * Self.reach / lane.weight
        mark = meter.sent(message.estimatedBytes, at: now)
        return message
    }

    /// The peer answered a mark. Throws `unexpectedMessage`.
    mutating func reached(_ number: UInt64, at now: Moment) throws(Violation) {
        try meter.reached(number, at: now.monotonicMilliseconds)
    }

    /// So that small messages count in lanes of great weight.
    private static let reach: UInt64 = 16
}

extension Lane {
    /// The share of the link, beside the other lanes that have something to send.
    fileprivate var weight: UInt64 {
        switch self {
        case .control, .urgent, .entries: 16
        case .thumbnails: 4
        case .photos: 1
        }
    }
}
