import FieldpostStore
import GRDB
import GRDBSQLite

extension Database {
    /// Makes sure that the database has a write-ahead log, and that everything that is read from the log is on the
    /// disk.
    ///
    /// When a sync fails, Linux keeps the unwritten pages in its cache and marks them as written. No later sync writes
    /// them again. A process that starts after that reads the whole log, and a checkpoint copies all of it into the
    /// database file. A power cut then leaves a log that ends before the state of the file. Replaying that log mixes
    /// old pages with new ones. So before the first checkpoint this overwrites the log with its own bytes. The next
    /// sync then writes them like any others.
    ///
    /// Throws `.failed` if there is no log: GRDB ignores an I/O error that keeps SQLite from switching to it.
    func secureLog() throws {
        // The first read makes SQLite look for the log.
        _ = try Int.fetchOne(self, sql: "SELECT count(*) FROM sqlite_master")
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        guard try String.fetchOne(self, sql: "PRAGMA journal_mode") == "wal",
            sqlite3_file_control(sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &pointer) == SQLITE_OK,
            let file = pointer, let methods = file.pointee.pMethods?.pointee
        else { throw JournalError.failed("the write-ahead log cannot be opened") }

        var size: Int64 = 0
        try check(methods.xFileSize(file, &size), "measuring")
        // SQLite writes less than 128 KiB at once.
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        for offset in stride(from: 0, to: size, by: buffer.count) {
            let count = CInt(min(Int64(buffer.count), size - offset))
            try check(methods.xRead(file, &buffer, count, offset), "reading")
            try check(methods.xWrite(file, buffer, count, offset), "writing")
        }
        if size > 0 { try check(methods.xSync(file, SQLITE_SYNC_NORMAL), "syncing") }
    }

    private func check(_ code: CInt, _ action: String) throws {
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "\(action) the write-ahead log failed")
        }
    }
}
