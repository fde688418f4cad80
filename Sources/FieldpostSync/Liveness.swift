import FieldpostCore

/// Notices a half-open link, limits the time of the greeting, and measures the peer's clock.
struct Liveness: Sendable {
    private struct Probe {
        let token: UInt64
        let sentAt: Moment
    }

    private let openedAt: Moment
    /// When a whole message last arrived.
    private var receivedAt: Moment
    /// When any bytes of a message last arrived.
    private var heardAt: Moment
    private var isGreeted = false
    private var probe: Probe?
    private var nextToken: UInt64 = 1

    init(openedAt now: Moment) {
        openedAt = now
        receivedAt = now
        heardAt = now
    }

    mutating func received(at now: Moment) {
        receivedAt = now
        heardAt = now
    }

    /// Keeps the session open, but does not count as an answer. Pings continue while a large message arrives. Otherwise
    /// a peer that is busy sending it would hear nothing for that time.
    mutating func heard(at now: Moment) { heardAt = now }

    mutating func greeted(at now: Moment, into effects: inout [SessionEffect]) {
        isGreeted = true
        ping(at: now, into: &effects)
    }

    /// Milliseconds of the monotonic clock before which `tick` does nothing. What happens meanwhile only moves it on.
    var nextTick: UInt64 {
        let silence = UInt64(Limits.silenceSeconds) * 1000
        guard isGreeted else { return openedAt.monotonicMilliseconds + UInt64(Limits.greetingSeconds) * 1000 }
        let ping = max(receivedAt.monotonicMilliseconds, probe?.sentAt.monotonicMilliseconds ?? 0) + silence
        return min(ping, heardAt.monotonicMilliseconds + 3 * silence)
    }

    /// After some silence sends a ping, and later ends the session. Throws `timeout`.
    mutating func tick(at now: Moment, into effects: inout [SessionEffect]) throws(Violation) {
        guard isGreeted else {
            guard seconds(since: openedAt, now) < Limits.greetingSeconds else {
                throw Violation(.timeout, "no hello within \(Limits.greetingSeconds) s")
            }
            return
        }
        let silence = seconds(since: heardAt, now)
        if silence >= 3 * Limits.silenceSeconds { throw Violation(.timeout, "silent for \(silence) s") }
        let asked = probe.map { seconds(since: $0.sentAt, now) } ?? .max
        if seconds(since: receivedAt, now) >= Limits.silenceSeconds, asked >= Limits.silenceSeconds {
            ping(at: now, into: &effects)
        }
    }

    /// The peer read its clock between the ping and the pong, so half the round trip bounds the error (RFC 5905,
    /// section 8).
    mutating func answered(
        _ pong: Pong, from boot: BootID?, measuredIn own: BootID, at now: Moment, into effects: inout [SessionEffect]
    ) {
        guard let probe, probe.token == pong.token else { return }
        self.probe = nil
        let roundTrip = now.monotonicMilliseconds - probe.sentAt.monotonicMilliseconds
        let middle = probe.sentAt.wallMilliseconds.addingReportingOverflow(Int64(clamping: roundTrip / 2)).partialValue
        let offset = pong.clock.wallMilliseconds.subtractingReportingOverflow(middle).partialValue
        effects.append(.measuredOffset(offset, uncertainty: roundTrip / 2))
        let base = probe.sentAt.wallMilliseconds.subtractingReportingOverflow(
            Int64(clamping: probe.sentAt.monotonicMilliseconds)
        ).partialValue
        guard let boot, let monotonic = Int64(exactly: pong.clock.monotonicMilliseconds), monotonic > 0 else { return }
        let measure = ClockMeasure(
            boot: boot, offsetMilliseconds: middle.subtractingReportingOverflow(monotonic).partialValue,
            uncertaintyMilliseconds: roundTrip / 2, monotonicMilliseconds: pong.clock.monotonicMilliseconds,
            reference: ClockReference(boot: own, baseMilliseconds: base))
        effects.append(.write(.noteClock(measure)))
    }

    private mutating func ping(at now: Moment, into effects: inout [SessionEffect]) {
        probe = Probe(token: nextToken, sentAt: now)
        effects.append(.send(.ping(Ping(token: nextToken))))
        nextToken += 1
    }

    private func seconds(since then: Moment, _ now: Moment) -> Int {
        Int(clamping: (now.monotonicMilliseconds - min(then.monotonicMilliseconds, now.monotonicMilliseconds)) / 1000)
    }
}
