import Testing

/// Faults that can be planted, and the number of worlds in which the simulator must find each (three times as many as
/// it needed).
enum PlantedFaults {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let seeds: Int
        /// Kinds of faults without which it is found sooner.
        var without: [String] = []
        var testDescription: String { name }
    }

    static let all: [Case] = [
        Case(name: "acknowledgeBeforeSync", seeds: 300),
        Case(name: "synchronousNormal", seeds: 300),
        Case(name: "reuseSeqAfterRestore", seeds: 300),
        Case(name: "dropOldestWhenFull", seeds: 300),
        Case(name: "orderByWallClock", seeds: 300),
        Case(name: "receiptBeforeCommit", seeds: 300),
        Case(name: "stopQueueAtPoison", seeds: 300),
        Case(
            name: "deleteOnResync", seeds: 160,
            without: ["corruption", "poison", "centralCardPutBack", "centralDatabasePutBack", "retention"]),
        Case(name: "ignoreContext", seeds: 300),
        Case(name: "keepPlaceOnFork", seeds: 300),
        Case(name: "takeAnyReceipt", seeds: 300),
        Case(name: "pruneWithoutReceipt", seeds: 300),
        Case(name: "believeContexts", seeds: 300),
        Case(name: "mergeCopiesByID", seeds: 300),
        Case(name: "removeUnseen", seeds: 300),
    ]
}
