package import FieldpostStore

extension Journal {
    /// How much room the disk has left now.
    package var diskStage: DiskStage {
        let reusable = queue.freePages * DatabaseHeader.pageBytes
        let log = reusable > 0 ? JournalFiles.size(path + "-wal") ?? 0 : 0
        return DiskStage(freeBytes: disk.freeBytes, reusableBytes: reusable, logBytes: Int(clamping: log))
    }

    /// Throws `.noRoom` if entries of other nodes have to wait.
    func makeSureOfRoomForPeers() throws(JournalError) {
        let stage = diskStage
        guard stage < .peersWait else { throw .noRoom(stage) }
    }

    /// Creates the reserve again if there is room for it. This call is cheap: housekeeping makes it regularly.
    package func keepReserve() throws(JournalError) { try disk.keepReserveWhereThereIsRoom() }
}
