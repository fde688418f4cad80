/// One round of a scrub through all blobs. It may begin in the middle, where an earlier process stopped: then it goes
/// on from the start until it comes there again.
package struct BlobScrubRound: Sendable {
    private let begin: BlobScrubCursor
    private var isPastEnd = false
    /// Where the next step continues. Nil when everything was checked.
    package private(set) var next: BlobScrubCursor?

    package init(from begin: BlobScrubCursor = .start) {
        self.begin = begin
        next = begin
    }

    /// The step at `next` was done.
    package mutating func take(_ step: BlobScrubStep) {
        next = step.next
        if next == nil, !isPastEnd, begin != .start {
            isPastEnd = true
            next = .start
        }
        if isPastEnd, let cursor = next, cursor >= begin { next = nil }
    }

    /// The round ends here, because a step failed.
    package mutating func stop() { next = nil }
}
