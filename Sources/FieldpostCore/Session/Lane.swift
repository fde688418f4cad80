/// A priority of messages on a session. A lower one waits for a higher one.
///
/// `control` and `urgent` go first, whatever waits. The others share the link by weight (`LaneQueue`), so that none of
/// them stands still.
package enum Lane: UInt8, CaseIterable, Hashable, Sendable, Comparable {
    /// Hellos, credit, receipts and all else that is small and keeps the session going.
    case control
    /// Urgent reports ahead of their chain, and their receipts.
    case urgent
    /// Batches of entries, feeds and fetched entries.
    case entries
    case thumbnails
    /// Photos and clips.
    case photos

    package static func < (left: Lane, right: Lane) -> Bool { left.rawValue < right.rawValue }
}
