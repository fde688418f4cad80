import FieldpostCore

/// How often a node dials early because a link came up. A link that comes up brings several messages of the kernel: the
/// link, its addresses, its routes. A link that flaps brings them without end.
struct LinkPace {
    private var tokens = Limits.linkDials
    private var refilledAt: UInt64 = 0

    /// Whether one more early dial is allowed. `now`: milliseconds that never go backwards.
    mutating func allows(at now: UInt64) -> Bool {
        if tokens == Limits.linkDials { refilledAt = now }
        let refills = (now - refilledAt) / Limits.linkDialMilliseconds
        tokens = Int(min(UInt64(Limits.linkDials), UInt64(tokens) + refills))
        refilledAt += refills * Limits.linkDialMilliseconds
        guard tokens > 0 else { return false }
        tokens -= 1
        return true
    }
}
