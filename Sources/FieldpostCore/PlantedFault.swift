/// A fault planted on purpose, to see that the rigs and the simulator find it. In release builds there is none.
///
/// A daemon takes the one that `FIELDPOST_TEST_FAULT` names, for as long as it runs; a simulated node takes the one of
/// its task.
package enum PlantedFault: Sendable {
    /// The journal syncs only at check-points.
    case synchronousNormal
    /// A change is acknowledged before its commit.
    case acknowledgeBeforeSync
    /// A restored database goes on under the incarnation it had.
    case reuseSeqAfterRestore
    /// Entries are not checked against their hash.
    case skipHashCheck
    /// A full disk makes room by dropping the oldest entries.
    case dropOldestWhenFull
    /// The value with the latest wall clock wins, and hides the others.
    case orderByWallClock
    /// A receipt is sent for a commit that no sync covered yet.
    case receiptBeforeCommit
    /// A change sent again is taken for a new one.
    case forgetKeys
    /// An entry that cannot be read stops those behind it.
    case stopQueueAtPoison
    /// A resync takes away what the peer does not have.
    case deleteOnResync
    /// An edit claims to have seen everything, whatever its author saw.
    case ignoreContext
    /// A fork leaves this node's own entries where they are.
    case keepPlaceOnFork
    /// A receipt is taken whatever chain it names.
    case takeAnyReceipt
    /// A gateway lets go of what central has not said that it holds.
    case pruneWithoutReceipt
    /// One change in four is acknowledged, and nothing of it is written.
    case acknowledgeAndForget

    /// What an entry claims to have seen is believed, whatever was cut of it, and so is what a client claims.
    case believeContexts
    /// All copies of an entry id are one write, whatever they say.
    case mergeCopiesByID
    /// Writes that cover each other in a circle all vanish.
    case dropCircles
    /// A removal takes away what its author had not seen.
    case removeUnseen

    /// Whether this fault is there: in the running task, or in the whole process.
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
    /// For a simulated node. Work on a queue or a thread of its own does not see it.
    @TaskLocal package static var inTask: PlantedFault?

    // Proof: written once by `plantInProcess`, which main calls before it starts any task or thread.
    nonisolated(unsafe) private static var inProcess: PlantedFault?

    /// Called by main, before anything else runs. `name`: a case's name; anything else plants nothing and returns
    /// false.
    package static func plantInProcess(named name: String) -> Bool {
        inProcess = allCases.first { "\($0)" == name }
        return inProcess != nil
    }
}
#endif
