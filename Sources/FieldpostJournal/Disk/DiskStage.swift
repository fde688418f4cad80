import FieldpostCore

/// How much room the disk has left, as far as it matters: who is still served.
package enum DiskStage: Int, Hashable, Sendable, Comparable, CaseIterable {
    case ample
    /// Photos and clips are refused.
    case photosRefused
    /// Ordinary reports and edits are refused as well.
    case ordinaryRefused
    /// What other nodes send waits too: they still hold it, and send it when there is room.
    case peersWait
    /// Urgent reports are refused too. Receipts, registrations, pruning and check-points go on.
    case urgentRefused

    /// `freeBytes`: nil where nobody can tell; then the disk is believed to have room until it says no.
    ///
    /// `reusableBytes`: pages inside the database that were pruned free. Reports go there, so that these count for them
    /// as long as the log has room too, in what it takes up already (`logBytes`) or on the disk. Photos need files of
    /// their own.
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

    /// What waits at this stage, for people.
    package var refused: String {
        switch self {
        case .ample: "nothing has to"
        case .photosRefused: "photos"
        case .ordinaryRefused, .peersWait: "photos and ordinary reports"
        case .urgentRefused: "all reports"
        }
    }

    package static func < (left: DiskStage, right: DiskStage) -> Bool { left.rawValue < right.rawValue }
}

extension Journal {
    /// How much room the disk has left now.
    package var diskStage: DiskStage {
        let reusable = queue.freePages * DatabaseHeader.pageBytes
        let log = reusable > 0 ? JournalFiles.size(path + "-wal") ?? 0 : 0
        return DiskStage(freeBytes: disk.freeBytes, reusableBytes: reusable, logBytes: Int(clamping: log))
    }

    /// Whether entries of other nodes may come in: what room is left below is kept for urgent reports made here, which
    /// nobody else holds.
    package var hasRoomForPeers: Bool { diskStage < .peersWait }

    /// Throws `.noRoom` where entries of other nodes have to wait.
    func makeSureOfRoomForPeers() throws(JournalError) {
        let stage = diskStage
        guard stage < .peersWait else { throw .noRoom(stage) }
    }

    /// Makes the reserve again where there is room for it. Cheap: for a housekeeper to call now and then.
    package func keepReserve() throws(JournalError) { try disk.keepReserveWhereThereIsRoom() }
}
