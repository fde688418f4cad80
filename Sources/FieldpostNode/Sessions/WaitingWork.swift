import FieldpostSession
import FieldpostStore
import FieldpostSync

/// Work with entries that waits for room on the disk, in the order in which the peer sent it.
struct WaitingWork {
    enum Item: Sendable {
        case raw(SessionEffect.Write)
        /// It was on its way to the journal when the disk filled up.
        case prepared(PreparedWork)
    }

    private var items: [Item] = []
    /// The number of pieces on their way to the journal. Each of them is older than all work that waits.
    private var underway = 0
    /// How many of the items at the front were put back since the last time that nothing was on its way.
    private var returned = 0

    var isEmpty: Bool { items.isEmpty }

    /// The next item. Nil if it must wait for work that is on its way.
    var first: Item? { underway == 0 ? items.first : nil }

    /// Whether new work must wait. If not, it counts as on its way.
    mutating func holdsBack(_ work: SessionEffect.Write, hasRoom: Bool) -> Bool {
        guard items.isEmpty, hasRoom else {
            items.append(.raw(work))
            return true
        }
        underway += 1
        return false
    }

    /// Puts back work that found no room. It is older than all work that waits.
    mutating func putBack(_ item: Item) {
        items.insert(item, at: returned)
        returned += 1
    }

    /// Work on its way must not overtake work that was put back.
    var hasPutBack: Bool { returned > 0 }

    /// This many pieces that were on their way are done, or were put back.
    mutating func finished(_ count: Int) {
        underway -= count
        if underway == 0 { returned = 0 }
    }

    mutating func removeFirst() { items.removeFirst() }
}

extension JournalError {
    /// The same work may succeed when there is room.
    var isForWantOfRoom: Bool {
        switch self {
        case .full, .noRoom: true
        default: false
        }
    }
}
