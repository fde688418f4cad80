/// The kinds of call that a disk counts, and that can be made to fail.
package enum DiskCall: Int, CaseIterable, Hashable, Sendable {
    case open, read, write, truncate, sync, delete, access, size, lock, sharedMemory
}

/// What a failing call meets.
package enum DiskFault: Hashable, Sendable {
    /// The device answers with an error; nothing was changed. A failed sync also forgets what it should have synced.
    case ioError
    /// No space is left. On a call that takes no space it is an I/O error.
    case full
    /// A read finds nothing where there are bytes. On any other call it is an I/O error.
    case shortRead
    /// The process dies just before the call.
    case kill
    /// The power goes just before the call, and unsynced writes are lost in part.
    case powerCut
}

/// What a call on plain files throws.
package enum DiskError: Error, Hashable, Sendable {
    case ioError(DiskCall)
    case full
    /// Fewer bytes came than were asked for, though they are there.
    case shortRead
    /// The process that asks is dead: the disk was killed, cut or restored since.
    case stale
}

/// What a power cut takes of the writes that no sync covered.
package enum PowerCut: Hashable, Sendable {
    /// Each is kept, dropped or torn at a sector's boundary, as the disk's seed draws it.
    case random
    /// All are dropped.
    case everything
}
