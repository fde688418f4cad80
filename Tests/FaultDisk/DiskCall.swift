/// The kinds of call that a disk counts and can make fail.
package enum DiskCall: Int, CaseIterable, Hashable, Sendable {
    case open, read, write, truncate, sync, delete, access, size, lock, sharedMemory, rename, syncDirectory
}

/// The fault that a call meets.
package enum DiskFault: Hashable, Sendable {
    /// The device returns an error, and nothing was changed. A failed sync also loses the writes that it should have
    /// synced.
    case ioError
    /// No space is left. For a call that takes no space, this is an I/O error.
    case full
    /// A read returns fewer bytes than there are. For any other call, this is an I/O error.
    case shortRead
    /// The process dies just before the call.
    case kill
    /// The power is cut just before the call, and a part of the unsynced writes is lost.
    case powerCut
}

/// The error that a call on plain files throws.
package enum DiskError: Error, Hashable, Sendable {
    case ioError(DiskCall)
    case full
    /// Fewer bytes were returned than requested, although they exist.
    case shortRead
    /// The calling process is dead: the disk was killed, cut or restored since.
    case stale
}

/// What a power cut does to unsynced writes.
package enum PowerCut: Hashable, Sendable {
    /// Each is kept, dropped or torn at a sector boundary, as drawn from the disk's seed.
    case random
    /// All are dropped.
    case everything
}
