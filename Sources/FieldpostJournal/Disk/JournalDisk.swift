package import FieldpostStore

/// The place where a journal is stored: a directory of the host, or in tests a disk that fails on purpose.
///
/// SQLite opens `databasePath` itself. This protocol is about the other files and about the room on the disk.
package protocol JournalDisk: Sendable {
    /// The path of `journal.sqlite`.
    var databasePath: String { get }
    /// Checks whether there is a journal, and whether its files look complete, before SQLite opens them. If there never
    /// was one, `make` creates a database at the path that it gets. That database gets its real name only when it is
    /// complete. A disk may also leave it to SQLite to create the file.
    ///
    /// Throws `.damaged` if there was a journal and it is missing or cut short. Nothing is changed then.
    func prepare(_ make: (String) throws -> Void) throws -> Preparation
    /// Whether the directory holds a file with that name.
    func holds(_ name: String) -> Bool
    /// Keeps other processes out until the lock is released. Throws `.locked`, `.failed`.
    func lock() throws(JournalError) -> any JournalLock
    /// The bytes of the lease file. Nil if there is none. Throws `.failed`.
    func readLease() throws(JournalError) -> [UInt8]?
    /// Writes into the lease file, and creates it if it is missing. `durably`: returns only after the sync. Throws
    /// `.full`, `.failed`.
    func writeLease(_ bytes: [UInt8], at offset: Int, durably: Bool) throws(JournalError)
    /// Bytes that this process may still write. Nil if nobody can tell.
    var freeBytes: Int? { get }
    /// Takes up room on the disk. The room is freed later when receipts need it. Does nothing if the reserve exists.
    /// Throws `.full`, `.failed`.
    func keepReserve(bytes: Int) throws(JournalError)
    /// Frees the reserved room. Returns false if there was no reserve.
    func releaseReserve() -> Bool
}

/// What `prepare` found at the path of the database.
package enum Preparation: Hashable, Sendable {
    /// A journal. If anything is missing in it, it is damaged. `bytes`: the size of the database file.
    case held(bytes: Int)
    /// A new, complete journal was made.
    case made
    /// Perhaps a journal that was never finished. Opening it creates what is missing.
    case open
}

/// A lock that a process holds while it uses the journal.
package protocol JournalLock: Sendable {
    var isHeld: Bool { get }
    /// The previous process ended without releasing the lock.
    var wasLeftHeld: Bool { get }
    /// Lets other processes use the journal. Further calls do nothing. `isClean`: the process finished all its work,
    /// and the next one can see that.
    func release(isClean: Bool)
}

extension JournalDisk {
    package static var databaseName: String { "journal.sqlite" }
    package static var leaseName: String { "journal.lease" }
}
