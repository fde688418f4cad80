/// Limits of what an operator runs beside a node, and of its starts.
extension Limits {
    /// The most bytes that `fieldpost wire explain` reads. They are held in memory, several times.
    package static let explainedWireBytes = 32 << 20
    /// Seconds that `fieldpost doctor` waits for one of the node's own addresses.
    package static let doctorConnectSeconds = 3

    // Starts after faults.

    /// So many starts in a row may end by a fault before the next one waits: a fault is often over at once.
    package static let faultsAtOnce = 3
    /// Seconds of the first wait. Each further one is twice as long, up to the most. A node that fails for a night then
    /// starts about 100 times instead of 15,000 times.
    package static let faultPauseSeconds = 5
    package static let mostFaultPauseSeconds = 300
    /// Seconds of running after which earlier faults are forgotten.
    package static let faultFreeSeconds = 300
    /// The most faults that are counted, and the most bytes of the file that counts them.
    package static let countedFaults = 1000
    package static let startFileBytes = 256
    /// Seconds between two requests to systemd for more time to start. Each one asks for three times as much.
    package static let startStepSeconds = 20
}
