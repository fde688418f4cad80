/// A peer's monotonic clock, measured against this node's wall clock.
package struct ClockMeasure: Hashable, Sendable {
    package var boot: BootID
    /// This node's wall clock minus the peer's monotonic clock, in milliseconds.
    package var offsetMilliseconds: Int64
    /// Half the round trip, in milliseconds. It bounds the error.
    package var uncertaintyMilliseconds: UInt64
    /// The peer's monotonic clock at the time of the measurement, in milliseconds.
    package var monotonicMilliseconds: UInt64
    /// The offset between this node's own clocks at that time. When its wall clock is set later, the measurement is
    /// adjusted by it.
    package var reference: ClockReference?

    package init(
        boot: BootID, offsetMilliseconds: Int64, uncertaintyMilliseconds: UInt64, monotonicMilliseconds: UInt64,
        reference: ClockReference? = nil
    ) {
        self.reference = reference
        self.boot = boot
        self.offsetMilliseconds = offsetMilliseconds
        self.uncertaintyMilliseconds = uncertaintyMilliseconds
        self.monotonicMilliseconds = monotonicMilliseconds
    }

    /// When a stamp of this boot was made, by the wall clock of the measuring node, and the bound of the error. Quartz
    /// drifts, so 100 ppm of the time between the stamp and the measurement are added.
    package func corrected(_ stamp: Stamp) -> (wallMilliseconds: Int64, uncertaintyMilliseconds: UInt64)? {
        guard stamp.boot == boot, let monotonic = Int64(exactly: stamp.monotonicMilliseconds) else { return nil }
        let (wall, overflow) = monotonic.addingReportingOverflow(offsetMilliseconds)
        guard !overflow else { return nil }
        let apart =
            stamp.monotonicMilliseconds > monotonicMilliseconds
            ? stamp.monotonicMilliseconds - monotonicMilliseconds
            : monotonicMilliseconds - stamp.monotonicMilliseconds
        return (wall, uncertaintyMilliseconds &+ apart / 10_000)
    }
}

/// The offset between the clocks of this node, in one run of its kernel.
package struct ClockReference: Hashable, Sendable {
    package var boot: BootID
    /// Its wall clock minus its monotonic clock, in milliseconds. It changes only when the wall clock is set.
    package var baseMilliseconds: Int64

    package init(boot: BootID, baseMilliseconds: Int64) {
        self.boot = boot
        self.baseMilliseconds = baseMilliseconds
    }
}
