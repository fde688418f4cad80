import FieldpostCore

/// How much room the disk has left, in stages. Each stage says who is still served.
package enum DiskStage: Int, Hashable, Sendable, Comparable, CaseIterable {
    case ample
    /// Photos and clips are refused.
    case photosRefused
    /// Ordinary reports and edits are refused as well.
    case ordinaryRefused
    /// Entries from other nodes wait too. Those nodes still hold them, and send them when there is room.
    case peersWait
    /// Urgent reports are refused too. Receipts, registrations, pruning and checkpoints go on.
    case urgentRefused

    /// `freeBytes` is nil if nobody can tell. The disk then counts as having room until a write fails.
    ///
    /// `reusableBytes` are pages inside the database that pruning freed. Reports can use them, as long as the log has
    /// room too: in the size that it already has (`logBytes`) or on the disk. Photos need files of their own, so these
    /// pages do not help them.
    package init(freeBytes: Int?, reusableBytes: Int = 0, logBytes: Int = 0) {
        let free = freeBytes ?? .max
        let hasRoomForLog = free >= Limits.urgentFreeBytes - min(logBytes, Limits.urgentFreeBytes)
        let (sum, overflow) = free.addingReportingOverflow(reusableBytes)
        let forReports = !hasRoomForLog ? free : overflow ? .max : sum
        if forReports < Limits.urgentFreeBytes {
            self = .urgentRefused
        } else if forReports < Limits.peersFreeBytes {
            self = .peersWait
        } else if forReports < Limits.ordinaryFreeBytes {
            self = .ordinaryRefused
        } else if free < Limits.photosFreeBytes {
            self = .photosRefused
        } else {
            self = .ample
        }
    }

    /// What is refused at this stage, as text for people.
    package var refused: String {
        switch self {
        case .ample: "nothing"
        case .photosRefused: "photos"
        case .ordinaryRefused, .peersWait: "photos and ordinary reports"
        case .urgentRefused: "all reports"
        }
    }

    package static func < (left: DiskStage, right: DiskStage) -> Bool { left.rawValue < right.rawValue }
}
