/// What a peer's monotonic clock showed at a moment of this node's wall clock.
package struct ClockMeasure: Hashable, Sendable {
    package var boot: BootID
    /// This node's wall clock minus the peer's monotonic clock, in milliseconds.
    package var offsetMilliseconds: Int64
    /// Half the round trip, which bounds the error, in milliseconds.
    package var uncertaintyMilliseconds: UInt64
    /// The peer's monotonic clock then, in milliseconds.
    package var monotonicMilliseconds: UInt64
    /// How this node's own clocks stood to each other then: once its wall clock is set, the measure follows.
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

    /// When a stamp of this boot was made, by the wall clock of the node that measured, and the bound of the error.
    /// Quartz drifts: 100 ppm of the time between the stamp and the measure are added.
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

/// How the clocks of this node stand to each other in one run of its kernel.
package struct ClockReference: Hashable, Sendable {
    package var boot: BootID
    /// Its wall clock minus its monotonic clock, in milliseconds: moves only when the wall clock is set.
    package var baseMilliseconds: Int64

    package init(boot: BootID, baseMilliseconds: Int64) {
        self.boot = boot
        self.baseMilliseconds = baseMilliseconds
    }
}
