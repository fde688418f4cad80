/// A fault that is planted on purpose, to check that the rigs and the simulator find it. Release builds contain none.
///
/// A daemon has the fault that `FIELDPOST_TEST_FAULT` names, for as long as it runs. A simulated node has the fault of
/// its task.
package enum PlantedFault: Sendable {
    /// The journal syncs only at checkpoints.
    case synchronousNormal
    /// A change is acknowledged before its commit.
    case acknowledgeBeforeSync
    /// A restored database continues in its old incarnation.
    case reuseSeqAfterRestore
    /// Entries are not checked against their hash.
    case skipHashCheck
    /// A full disk makes room by dropping the oldest entries.
    case dropOldestWhenFull
    /// The value with the latest wall clock wins, and hides the others.
    case orderByWallClock
    /// A receipt is sent for a commit before its sync.
    case receiptBeforeCommit
    /// A repeated change is stored as a new one.
    case forgetKeys
    /// An unreadable entry stops the entries behind it.
    case stopQueueAtPoison
    /// A resync deletes what the peer does not have.
    case deleteOnResync
    /// An edit claims to have seen everything, whatever its author saw.
    case ignoreContext
    /// After a fork, this node's own entries keep their dots.
    case keepPlaceOnFork
    /// A receipt is accepted with any chain value.
    case takeAnyReceipt
    /// A gateway prunes entries that central has not acknowledged.
    case pruneWithoutReceipt
    /// One change in four is acknowledged but not written.
    case acknowledgeAndForget

    /// The contexts of entries count without cuts, and a client's version counts without limits.
    case believeContexts
    /// All copies of an entry id are one write, even with different contents.
    case mergeCopiesByID
    /// Writes that cover each other in a circle all disappear.
    case dropCircles
    /// A removal also removes what its author had not seen.
    case removeUnseen

    /// Whether this fault is planted: in the running task, or in the whole process.
    package static func isPlanted(_ fault: PlantedFault) -> Bool {
        #if DEBUG
        (inTask ?? inProcess) == fault
        #else
        false
        #endif
    }
}

#if DEBUG
extension PlantedFault: CaseIterable {
    /// For a simulated node. Work on a separate queue or thread does not see it.
    @TaskLocal package static var inTask: PlantedFault?

    // Proof: written once by `plantInProcess`, which main calls before it starts any task or thread.
    nonisolated(unsafe) private static var inProcess: PlantedFault?

    /// Called by main, before anything else runs. `name`: a case's name. Any other name plants nothing and returns
    /// false.
    package static func plantInProcess(named name: String) -> Bool {
        inProcess = allCases.first { "\($0)" == name }
        return inProcess != nil
    }
}
#endif
