import FieldpostCore

/// How much room the disk has left, as far as it matters: who is still served.
package enum DiskStage: Int, Hashable, Sendable, Comparable, CaseIterable {
    case ample
    /// Photos and clips are refused.
    case photosRefused
    /// Ordinary reports and edits are refused as well.
    case ordinaryRefused
    /// Urgent ones too. Receipts, the feed and pruning go on.
    case urgentRefused

    /// `freeBytes`: nil where nobody can tell; then the disk is believed to have room until it says no.
    package init(freeBytes: Int?) {
        switch freeBytes ?? .max {
        case ..<Limits.urgentFreeBytes: self = .urgentRefused
        case ..<Limits.ordinaryFreeBytes: self = .ordinaryRefused
        case ..<Limits.photosFreeBytes: self = .photosRefused
        default: self = .ample
        }
    }

    /// What waits at this stage, for people.
    package var refused: String {
        switch self {
        case .ample: "nothing has to"
        case .photosRefused: "photos"
        case .ordinaryRefused: "photos and ordinary reports"
        case .urgentRefused: "all reports"
        }
    }

    package static func < (left: DiskStage, right: DiskStage) -> Bool { left.rawValue < right.rawValue }
}

extension Journal {
    /// How much room the disk has left now.
    package var diskStage: DiskStage { DiskStage(freeBytes: disk.freeBytes) }

    /// Makes the reserve again where there is room for it. Cheap: for a housekeeper to call now and then.
    package func keepReserve() throws(JournalError) { try disk.keepReserveWhereThereIsRoom() }
}
