/// The kinds of faults. Each seed draws which of them its world has.
enum FaultKind: String, CaseIterable, Hashable, Sendable {
    case linkCut, linkHalfOpen, linkSlow
    case kill, powerCut, deathInCall, ioError, failedSync, diskFull
    case corruption, poison
    case databasePutBack, cardPutBack, cardCloned
    case centralDatabasePutBack, centralCardPutBack
    case clockJump, centralAbsent, resync, forgedReceipt

    /// The percentage of seeds that have it.
    var share: Int {
        switch self {
        case .cardPutBack, .cardCloned, .centralCardPutBack, .centralDatabasePutBack: 15
        case .databasePutBack, .corruption, .poison, .diskFull, .centralAbsent: 25
        default: 35
        }
    }

    /// It always strikes central, whatever node was drawn.
    var isCentral: Bool {
        switch self {
        case .centralDatabasePutBack, .centralCardPutBack, .centralAbsent, .resync: true
        default: false
        }
    }

    /// It strikes a gateway or its link.
    var isGateway: Bool {
        switch self {
        case .linkCut, .linkHalfOpen, .linkSlow, .poison, .databasePutBack, .cardPutBack, .cardCloned, .forgedReceipt:
            true
        default: false
        }
    }

    /// It needs an earlier copy of the disk.
    var needsCopy: Bool {
        switch self {
        case .databasePutBack, .cardPutBack, .centralDatabasePutBack, .centralCardPutBack: true
        default: false
        }
    }
}

/// A fault at a given time.
struct PlannedFault: Sendable {
    let kind: FaultKind
    /// Milliseconds of virtual time.
    let at: UInt64
    /// The number of the node that it strikes.
    let node: Int
    /// When the copy that is restored was taken.
    let copiedAt: UInt64
    /// Only takes that copy.
    var isCopying = false
}
