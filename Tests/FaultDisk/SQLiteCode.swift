import GRDBSQLite

/// Result codes that the C header defines by macros that Swift cannot import.
enum SQLiteCode {
    static let read = SQLITE_IOERR | 1 << 8
    static let shortRead = SQLITE_IOERR | 2 << 8
    static let write = SQLITE_IOERR | 3 << 8
    static let sync = SQLITE_IOERR | 4 << 8
    static let truncate = SQLITE_IOERR | 6 << 8
    static let size = SQLITE_IOERR | 7 << 8
    static let delete = SQLITE_IOERR | 10 << 8
    static let access = SQLITE_IOERR | 13 << 8
    static let lock = SQLITE_IOERR | 15 << 8
    static let sharedMemory = SQLITE_IOERR | 20 << 8
    static let deleteMissing = SQLITE_IOERR | 23 << 8

    /// The result code of a failed call.
    static func failure(_ call: DiskCall, _ error: DiskError) -> CInt {
        if error == .full { return SQLITE_FULL }
        return switch call {
        case .open: SQLITE_CANTOPEN
        case .read: read
        case .write: write
        case .truncate: truncate
        case .sync: sync
        case .delete: delete
        case .access: access
        case .size: size
        case .lock: lock
        case .sharedMemory: sharedMemory
        case .rename, .syncDirectory: SQLITE_IOERR
        }
    }
}
