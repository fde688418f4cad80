import FieldpostCore
import Testing

@testable import FieldpostSync

/// The order in which messages are sent, and how much of them a link is given.
@Suite struct LaneTests {
    /// A link that takes so many bytes a millisecond, one after the other, and answers marks after half a round trip
    /// each way. Time is virtual.
    private struct Link {
        var bytesPerMillisecond: Double
        let roundTrip: Double
        var queue = LaneQueue()
        var now: Double = 0
        var isFreeAt: Double = 0
        /// Marks whose answer is on its way.
        var answers: [(at: Double, number: UInt64)] = []
        /// Messages with the moment at which they arrive.
        var arrived: [(at: Double, message: Message)] = []
        /// The most milliseconds that anything waited in the link after the first five seconds.
        var longestQueue: Double = 0

        init(kilobitsPerSecond: Double, roundTrip: Double) {
            bytesPerMillisecond = kilobitsPerSecond / 8
            self.roundTrip = roundTrip
        }

        var moment: Moment { Moment(monotonicMilliseconds: UInt64(now), wallMilliseconds: 0) }

        /// Lets a millisecond pass. `refill` gives what the lower lanes have to send.
        mutating func step(_ refill: (inout LaneQueue) -> Void) throws(Violation) {
            now += 1
            while let first = answers.first, first.at <= now {
                answers.removeFirst()
                try queue.reached(first.number, at: moment)
            }
            refill(&queue)
            while let message = queue.next(at: moment) {
                isFreeAt = max(isFreeAt, now) + Double(message.estimatedBytes) / bytesPerMillisecond
                if now > 5000 { longestQueue = max(longestQueue, isFreeAt - now) }
                arrived.append((isFreeAt + roundTrip / 2, message))
                if case .mark(let number) = message { answers.append((isFreeAt + roundTrip, number)) }
                refill(&queue)
            }
        }
    }

    private static func chunk(_ bytes: Int) -> Message {
        .blobChunk(BlobChunk(stream: .max, offset: 0, data: [UInt8](repeating: 0, count: bytes)))
    }

    private static func keepFull(_ queue: inout LaneQueue) {
        if queue.count == 0 { queue.add(chunk(min(queue.frameBytes, Limits.blobPieceBytes))) }
    }

    @Test(arguments: [(64.0, 40.0), (64, 600), (1_000, 40), (1_000, 300), (20_000, 600), (500_000, 1), (256, 2_000)])
    func `a link is kept full, with a short queue`(kilobits: Double, roundTrip: Double) throws {
        var link = Link(kilobitsPerSecond: kilobits, roundTrip: roundTrip)
        for _ in 0..<40_000 { try link.step(Self.keepFull) }
        let late = link.arrived.filter { $0.at > 15_000 && $0.at <= 40_000 }
        let bytes = late.reduce(0) { $0 + $1.message.estimatedBytes }
        let share = Double(bytes) / (25_000 * link.bytesPerMillisecond)
        #expect(share > (roundTrip > 1_000 ? 0.65 : 0.8), "\(share) of the link was used")
        // What is on its way fits into the round trip and 200 ms, twice the round trip at the beginning. One message
        // more may have begun.
        let frame = Double(link.queue.frameBytes) / link.bytesPerMillisecond
        #expect(link.longestQueue < 2 * roundTrip + 250 + 3 * frame + 20, "\(link.longestQueue) ms")
    }

    @Test func `an urgent message passes everything that waits`() {
        var queue = LaneQueue()
        let now = Moment(monotonicMilliseconds: 5, wallMilliseconds: 0)
        for _ in 0..<3 { queue.add(Self.chunk(100)) }
        queue.add(.batch(Cast.batch(1...2)))
        queue.add(.ping(Ping(token: 1)))
        guard case .ping = queue.next(at: now) else { return #expect(Bool(false), "the ping comes first") }
    }

    @Test func `entries get most of the link beside photos, and photos still move`() throws {
        var link = Link(kilobitsPerSecond: 1_000, roundTrip: 40)
        for _ in 0..<30_000 {
            try link.step { queue in
                if queue.count(of: .entries) == 0 { queue.add(.batch(Cast.batch(1...9, bytes: 5_000))) }
                if queue.count(of: .photos) == 0 { queue.add(Self.chunk(5_000)) }
            }
        }
        let entries = link.arrived.count { $0.message.lane == .entries }
        let photos = link.arrived.count { $0.message.lane == .photos }
        #expect(photos > 0 && (12...20).contains(entries / photos), "\(entries) batches, \(photos) chunks")
    }

    @Test func `a lane that was empty for long does not take the link for itself`() throws {
        var link = Link(kilobitsPerSecond: 1_000, roundTrip: 40)
        for _ in 0..<10_000 { try link.step { if $0.count(of: .entries) == 0 { $0.add(.batch(Cast.batch(1...9))) } } }
        let before = link.arrived.count
        for _ in 0..<10_000 {
            try link.step { queue in
                if queue.count(of: .entries) == 0 { queue.add(.batch(Cast.batch(1...9))) }
                if queue.count(of: .photos) == 0 { queue.add(Self.chunk(500)) }
            }
        }
        let photos = link.arrived[before...].count { $0.message.lane == .photos }
        let entries = link.arrived[before...].count { $0.message.lane == .entries }
        #expect(photos * 8 < entries, "\(entries) batches, \(photos) chunks")
    }

    @Test func `a link that becomes slower is given less within seconds`() throws {
        var link = Link(kilobitsPerSecond: 2_000, roundTrip: 60)
        for _ in 0..<10_000 { try link.step(Self.keepFull) }
        link.bytesPerMillisecond = 8
        for _ in 0..<15_000 { try link.step(Self.keepFull) }
        let queued = link.isFreeAt - link.now
        #expect(queued < 2_000, "\(queued) ms wait")
        #expect(link.queue.frameBytes <= 2_048)
    }

    @Test func `small messages bring a mark only now and then`() {
        var queue = LaneQueue()
        var (marks, batches) = (0, 0)
        for step in 0..<200 {
            let now = Moment(monotonicMilliseconds: UInt64(step) * 50, wallMilliseconds: 0)
            queue.add(.batch(Cast.batch(1...1, bytes: 200)))
            while let message = queue.next(at: now) {
                switch message {
                case .mark(let number):
                    marks += 1
                    try? queue.reached(number, at: now)
                default: batches += 1
                }
            }
        }
        #expect(batches == 200)
        #expect((1...40).contains(marks))
    }

    @Test func `lanes that are closed wait, and a goodbye drops what waits`() {
        var queue = LaneQueue()
        let now = Moment(monotonicMilliseconds: 5, wallMilliseconds: 0)
        queue.add(Self.chunk(100))
        #expect(queue.next(at: now, closed: [.photos]) == nil)
        #expect(queue.count == 1)
        queue.dropLowerLanes()
        #expect(queue.next(at: now) == nil)
    }
}
