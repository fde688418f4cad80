package import FieldpostSync

/// How long this node has run since it was last asked, by its monotonic clock alone. Where that jumps (a virtual
/// machine that was put back, a clock that somebody fakes), at most twice the time between two questions counts.
package struct RunningTime: Sendable {
    private let mostMilliseconds: UInt64
    private var last: UInt64

    /// `interval`: milliseconds between two questions, as they are meant.
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
