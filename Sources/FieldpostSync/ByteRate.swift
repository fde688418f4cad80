/// Bytes a second over the last seconds.
struct ByteRate: Sendable {
    /// Milliseconds of a span. Two of them are remembered.
    private static let span: UInt64 = 5_000

    private var start: UInt64 = 0
    private var present: UInt64 = 0
    private var before: UInt64 = 0

    /// `now`: milliseconds that never go backwards.
    mutating func add(_ bytes: Int, at now: UInt64) {
        self = moved(to: now)
        present += UInt64(bytes)
    }

    func perSecond(at now: UInt64) -> UInt64 {
        let rate = moved(to: now)
        let elapsed = min(now - min(rate.start, now), Self.span)
        // The last span counts as far as it reaches into the last `span` milliseconds.
        return (rate.before * (Self.span - elapsed) / Self.span + rate.present) * 1000 / Self.span
    }

    private func moved(to now: UInt64) -> ByteRate {
        guard now >= start + Self.span else { return self }
        var rate = ByteRate()
        rate.start = now - now % Self.span
        rate.before = rate.start - start == Self.span ? present : 0
        return rate
    }
}
