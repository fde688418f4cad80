import FieldpostSession
import FieldpostStore
import FieldpostSync

/// Work that brings entries and waits for room on the disk, in the order in which the peer sent it.
struct WaitingWork {
    enum Item: Sendable {
        case raw(SessionEffect.Write)
        /// It was on its way to the journal when the disk filled up.
        case prepared(PreparedWork)
    }

    private var items: [Item] = []
    /// Pieces on their way to the journal: each came before all that waits.
    private var underway = 0
    /// How many of the items at the front were put back since nothing was on its way.
    private var returned = 0

    /// The next to be done; nil where that has to wait for one that is on its way.
    var first: Item? { underway == 0 ? items.first : nil }

    /// Whether new work has to wait. Otherwise it counts as on its way.
    mutating func holdsBack(_ work: SessionEffect.Write, hasRoom: Bool) -> Bool {
        guard items.isEmpty, hasRoom else {
            items.append(.raw(work))
            return true
        }
        underway += 1
        return false
    }

    /// Work that found no room: it came before all that waits.
    mutating func putBack(_ item: Item) {
        items.insert(item, at: returned)
        returned += 1
    }

    /// Work on its way must not overtake what was put back.
    var hasPutBack: Bool { returned > 0 }

    /// So many pieces that were on their way are done, or put back.
    mutating func finished(_ count: Int) {
        underway -= count
        if underway == 0 { returned = 0 }
    }

    mutating func removeFirst() { items.removeFirst() }
}

extension JournalError {
    /// The same work may pass when there is room.
    var isForWantOfRoom: Bool {
        switch self {
        case .full, .noRoom: true
        default: false
        }
    }
}
