/// The checks. The numbers are those of the invariants in Sources/README.md.
enum Check: String, Sendable {
    case noReuse = "1 no reuse: a dot never names two entries"
    case receiptMeansDurable = "2 a receipt means durable"
    case receiptsCarryTheChain = "3 receipts carry the chain value"
    case mergeIsPure = "4 merge is a function of the set"
    case causalOrder = "4 ordered by causality, never by a clock"
    case nothingLost = "5 nothing accepted is lost"
    case nothingDoubled = "5 nothing accepted is doubled"
    case nothingHidden = "5 nothing accepted is hidden"
    case repairOnlyAdds = "6 repair only adds"
    case syncGoesOn = "7 a bad entry does not stop the sync"
    case prunedIsHeld = "6 what a gateway prunes is durable at central"
    case scope = "a gateway holds what concerns it, and nothing else"
    case admission = "enrollments are kept"
    case speaksForItself = "10 a gateway speaks for itself alone"
    case photosAreWhole = "a photo is what its name says"
    case photosCrossOnce = "the bytes of a photo cross once in a session"
    case withinCredit = "bytes in flight are within the credit"
    case incidentTold = "an incident reports each restore"
    case convergence = "convergence within the bound"
    case servesAgain = "a node serves again"
}

/// A violation that a check found.
struct Finding: Sendable {
    let check: Check
    let detail: String
}
