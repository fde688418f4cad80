/// One round of a scrub through a whole store. It may begin in the middle, where an earlier process stopped: then it
/// goes on from the start until it comes there again.
package struct ScrubRound<Cursor: Comparable & Sendable>: Sendable {
    private let begin: Cursor
    /// Where the store begins.
    private let start: Cursor
    private var isPastEnd = false
    /// Where the next step continues. Nil when everything was checked.
    package private(set) var next: Cursor?

    package init(from begin: Cursor, start: Cursor) {
        (self.begin, self.start) = (begin, start)
        next = begin
    }

    /// The step at `next` was done. `next`: where it says that the next one continues; nil after the last one.
    package mutating func take(next: Cursor?) {
        self.next = next
        if next == nil, !isPastEnd, begin != start {
            isPastEnd = true
            self.next = start
        }
        if isPastEnd, let cursor = self.next, cursor >= begin { self.next = nil }
    }

    /// The round ends here, because a step failed.
    package mutating func stop() { next = nil }
}
