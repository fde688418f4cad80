package import FieldpostSync

/// Measures how long this node has run since the last call, by its monotonic clock. If that clock jumps (a restored
/// virtual machine, a faked clock), at most twice the interval counts.
package struct RunningTime: Sendable {
    private let mostMilliseconds: UInt64
    private var last: UInt64

    /// `interval`: the intended time between two calls, in milliseconds.
    package init(at moment: Moment, interval: UInt64) {
        last = moment.monotonicMilliseconds
        mostMilliseconds = 2 * interval
    }

    package mutating func elapsed(at moment: Moment) -> UInt64 {
        let now = moment.monotonicMilliseconds
        defer { last = now }
        return now > last ? min(now - last, mostMilliseconds) : 0
    }
}
