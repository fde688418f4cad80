/// What is checked, by the invariants of DESIGN.md, section 3.
enum Check: String, Sendable {
    case noReuse = "1 no reuse: a dot never names two entries"
    case receiptMeansDurable = "2 a receipt means durable"
    case receiptsCarryTheChain = "3 receipts carry the chain"
    case mergeIsPure = "4 merge is a function of the set"
    case causalOrder = "4 order by causality, never by clock"
    case nothingLost = "5 nothing accepted is lost"
    case nothingDoubled = "5 nothing accepted is doubled"
    case nothingHidden = "5 nothing accepted is hidden"
    case repairOnlyAdds = "6 repair only adds"
    case syncGoesOn = "7 a bad entry does not stop the sync"
    case prunedIsHeld = "8 what a gateway lets go of is durable at central"
    case scope = "a gateway holds what concerns it, and nothing else"
    case admission = "whom administrators let in is let in"
    case speaksForItself = "a gateway speaks for itself alone"
    case withinCredit = "9 bytes under way within credit"
    case incidentTold = "an incident tells of each restore"
    case convergence = "convergence within the bound"
    case servesAgain = "a node serves again"
}

/// What a check found.
struct Finding: Sendable {
    let check: Check
    let detail: String
}
