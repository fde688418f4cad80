/// Future events by virtual time. Events at the same time keep the order in which they were added. A binary heap.
struct EventQueue<Event> {
    private struct Item {
        let at: UInt64
        let order: UInt64
        let event: Event

        func isBefore(_ other: Item) -> Bool { (at, order) < (other.at, other.order) }
    }

    private var heap: [Item] = []
    private var pushed: UInt64 = 0

    mutating func push(_ event: Event, at moment: UInt64) {
        heap.append(Item(at: moment, order: pushed, event: event))
        pushed += 1
        var child = heap.count - 1
        while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    /// The next event and its time; nil when none is left.
    mutating func pop() -> (event: Event, at: UInt64)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return (first.event, first.at) }
        heap[0] = last
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return (first.event, first.at)
    }
}
