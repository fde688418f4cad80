/// Where a journal lies: a directory of the host, or in tests a disk that fails on purpose.
///
/// SQLite opens `databasePath` itself; this is about what lies beside the database.
package protocol JournalDisk: Sendable {
    /// The path of `journal.sqlite`.
    var databasePath: String { get }
    /// Whether there is a journal, whole as far as its files tell before SQLite touches them. When there never was one,
    /// `make` fills a database at the path it is told, which gets its name only when it is whole; or it is left to
    /// SQLite to make the file.
    ///
    /// Throws `.damaged` when there was one that is gone or cut short: nothing is changed then.
    func prepare(_ make: (String) throws -> Void) throws -> Preparation
    /// Whether a file is there, by its name in the directory.
    func holds(_ name: String) -> Bool
    /// Keeps other processes out until the lock is let go. Throws `.locked`, `.failed`.
    func lock() throws(JournalError) -> any JournalLock
    /// The bytes of the lease file; nil when there is none. Throws `.failed`.
    func readLease() throws(JournalError) -> [UInt8]?
    /// Writes into the lease file, made when there is none. `durably`: returns only after the sync. Throws `.full`,
    /// `.failed`.
    func writeLease(_ bytes: [UInt8], at offset: Int, durably: Bool) throws(JournalError)
    /// Bytes that this process may still write; nil where nobody can tell.
    var freeBytes: Int? { get }
    /// Takes up room on the disk to be given back when receipts need it. Does nothing when the reserve stands. Throws
    /// `.full`, `.failed`.
    func keepReserve(bytes: Int) throws(JournalError)
    /// Gives the room back. False when there was no reserve.
    func releaseReserve() -> Bool
}

/// What stands where the database belongs, before it is opened.
package enum Preparation: Hashable, Sendable {
    /// A journal, which has all that a journal has, or is damaged. `bytes`: of the database file.
    case held(bytes: Int)
    /// A new one, whole.
    case made
    /// Perhaps one that was never finished: opening makes what it lacks.
    case open
}

/// Held while a process has the journal.
package protocol JournalLock: Sendable {
    var isHeld: Bool { get }
    /// The process that held it before did not let go of it in order.
    var wasLeftHeld: Bool { get }
    /// Lets another process have the journal. Further calls do nothing. `isClean`: all was done in order, which the
    /// next holder can tell.
    func release(isClean: Bool)
}

extension JournalDisk {
    package static var databaseName: String { "journal.sqlite" }
    package static var leaseName: String { "journal.lease" }
}
