/// One round of a scrub through the whole store. It may begin in the middle, where an earlier process stopped: then it
/// goes on from the start until it comes there again.
package struct ScrubRound: Sendable {
    private let begin: ScrubCursor
    private var isPastEnd = false
    /// Where the next step continues. Nil when everything was checked.
    package private(set) var next: ScrubCursor?

    package init(from begin: ScrubCursor = .start) {
        self.begin = begin
        next = begin
    }

    /// The step at `next` was done.
    package mutating func take(_ step: ScrubStep) {
        next = step.next
        if next == nil, !isPastEnd, begin != .start {
            isPastEnd = true
            next = .start
        }
        if isPastEnd, let cursor = next, cursor >= begin { next = nil }
    }
}
