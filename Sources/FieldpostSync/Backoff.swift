import FieldpostCore

/// How long to wait before dialling again: uniform between 0 and a ceiling that doubles with each failure ("full
/// jitter": Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015). So gateways that lost their
/// connections together do not all dial together.
///
/// Only a receipt resets it: a peer that accepts connections but stores nothing is not healthy.
package struct Backoff: Hashable, Sendable {
    private var ceiling = Limits.backoffFirstMilliseconds

    package init() {}

    /// Milliseconds to wait. `random`: 64 uniform bits.
    package mutating func next(random: UInt64) -> UInt64 {
        let wait = random % (ceiling + 1)
        ceiling = min(ceiling * 2, Limits.backoffLastMilliseconds)
        return wait
    }

    package mutating func reset() { ceiling = Limits.backoffFirstMilliseconds }
}
