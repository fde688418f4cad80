import FieldpostCore

/// Measures how fast a link takes what this side sends, and says how much may be on its way.
///
/// Marks go along with what is sent, and the peer answers each one at once. So the meter knows what has arrived, also
/// behind a modem or proxy that takes bytes faster than it passes them on. The estimates follow BBR (Cardwell et al.,
/// ACM Queue 14(5), 2016): the highest rate of delivery seen lately, and a round trip without a queue.
struct LinkMeter: Sendable {
    private struct Mark {
        let number: UInt64
        let sentAt: UInt64
        /// All bytes that were sent up to the mark.
        let bytes: UInt64
        /// What had arrived when it was sent, and since when.
        let arrived: UInt64
        let arrivedAt: UInt64
        /// So little was on its way that the link could have taken more.
        let isLimitedBySender: Bool
    }

    private var marks: [Mark] = []
    private var lastMark: UInt64 = 0
    private var sentBytes: UInt64 = 0
    private var markedBytes: UInt64 = 0
    private var arrivedBytes: UInt64 = 0
    private var arrivedAt: UInt64 = 0
    /// The highest rates, in bytes a millisecond, of the present span of time and of the one before.
    private var rates: (present: Double, before: Double) = (0, 0)
    private var spanStart: UInt64 = 0
    /// The last round trip without a queue, in milliseconds, and when it was measured.
    private var roundTrip: UInt64?
    private var roundTripAt: UInt64 = 0
    /// The mark that measures the round trip now.
    private var probe: UInt64?
    /// The highest rate so far, how many round trips ago it last grew by a quarter, and what was sent then.
    private var growth: (rate: Double, age: Int, bytes: UInt64) = (0, 0, 0)

    /// Bytes that were sent and are not known to have arrived.
    var underway: Int { Int(clamping: sentBytes - arrivedBytes) }

    /// Bytes a millisecond. Nil until something was measured.
    var rate: Double? {
        let rate = max(rates.present, rates.before)
        return rate > 0 ? rate : nil
    }

    /// Bytes of a message that a more important one may have to wait for.
    var frameBytes: Int {
        guard let rate else { return Limits.firstLinkBytes / 2 }
        return min(max(Int(rate * Double(Limits.frameMilliseconds)), Limits.leastFrameBytes), Limits.blobPieceBytes)
    }

    /// Bytes of a blob that are read at once: several messages on a fast link.
    var readBytes: Int {
        guard let rate, frameBytes == Limits.blobPieceBytes else { return frameBytes }
        return min(max(Int(rate * Double(Limits.blobReadMilliseconds)), Limits.blobPieceBytes), Limits.blobReadBytes)
    }

    /// Bytes that may be on their way. A message may start while fewer are.
    func window(at now: UInt64) -> Int {
        guard let rate else { return Limits.firstLinkBytes }
        // From time to time the queue must be empty, to see the round trip without it.
        if isRoundTripOld(at: now), underway > frameBytes / 4 { return 0 }
        // While the rate still grows, twice the round trip: a link with a long one is then full after a few.
        let trips = growth.age < Self.steadyAge ? 2 : 1
        let milliseconds = Double(UInt64(trips) * (roundTrip ?? 0) + Limits.linkQueueMilliseconds)
        return min(max(Int(rate * milliseconds), 2 * frameBytes), 16 * Limits.pullCreditBytes)
    }

    private static let steadyAge = 3

    private func isRoundTripOld(at now: UInt64) -> Bool {
        roundTrip != nil && probe == nil && now >= roundTripAt + Limits.roundTripMilliseconds
    }

    /// A mark must go before the next message, to measure the round trip.
    func needsProbe(at now: UInt64) -> Bool {
        probe == nil && underway <= frameBytes / 4 && (roundTrip == nil || isRoundTripOld(at: now))
    }

    /// The number of the mark that measures the round trip. It is sent now.
    mutating func startProbe(at now: UInt64) -> UInt64 {
        let number = mark(at: now)
        probe = number
        return number
    }

    /// A message was sent. Returns the number of the mark that must follow it, if one must.
    mutating func sent(_ bytes: Int, at now: UInt64) -> UInt64? {
        if underway == 0 { arrivedAt = now }
        sentBytes += UInt64(bytes)
        let window = window(at: now)
        let marked = min(max(Limits.markedBytes, window / Limits.marksUnderway), window / 4)
        return sentBytes - markedBytes >= UInt64(marked) ? mark(at: now) : nil
    }

    /// No answer of the peer is awaited, so none would ever say what has arrived.
    var needsMark: Bool { marks.isEmpty && underway > 0 }

    /// The number of a mark that is sent now.
    mutating func mark(at now: UInt64) -> UInt64 {
        lastMark += 1
        markedBytes = sentBytes
        marks.append(
            Mark(
                number: lastMark, sentAt: now, bytes: sentBytes, arrived: arrivedBytes, arrivedAt: arrivedAt,
                isLimitedBySender: underway < window(at: now) / 2))
        return lastMark
    }

    /// The peer answered a mark. Throws `unexpectedMessage` if none of that number is open.
    mutating func reached(_ number: UInt64, at now: UInt64) throws(Violation) {
        guard let index = marks.firstIndex(where: { $0.number == number }) else {
            throw Violation(.unexpectedMessage, "the answer to mark \(number), which is not open")
        }
        let mark = marks[index]
        marks.removeFirst(index + 1)
        if mark.bytes > arrivedBytes {
            let sample = Double(mark.bytes - mark.arrived) / Double(max(now - mark.arrivedAt, 1))
            (arrivedBytes, arrivedAt) = (mark.bytes, now)
            note(rate: sample, from: mark, at: now)
        }
        guard let probe, number >= probe else { return }
        if number == probe { (roundTrip, roundTripAt) = (now - mark.sentAt, now) }
        self.probe = nil
    }

    private mutating func note(rate sample: Double, from mark: Mark, at now: UInt64) {
        if let roundTrip, now - mark.sentAt > 2 * (roundTrip + Limits.linkQueueMilliseconds) {
            // The link has become much slower.
            rates = (sample, 0)
            spanStart = now
            growth.age = Self.steadyAge
        } else if !mark.isLimitedBySender || sample > rate ?? .infinity {
            note(rate: sample, at: now)
            guard !mark.isLimitedBySender, let rate else { return }
            if rate > growth.rate * 1.25 {
                growth = (rate, 0, sentBytes)
            } else if mark.bytes >= growth.bytes {
                growth = (growth.rate, growth.age + 1, sentBytes)
            }
        }
    }

    private mutating func note(rate sample: Double, at now: UInt64) {
        let span = max(Limits.rateMilliseconds, 4 * (roundTrip ?? 0))
        if now >= spanStart + span {
            rates = (sample, now >= spanStart + 2 * span ? 0 : rates.present)
            spanStart = now
        } else {
            rates.present = max(rates.present, sample)
        }
    }
}
