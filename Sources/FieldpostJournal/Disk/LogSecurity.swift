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
        guard try String.fetchOne(self, sql: "PRAGMA journal_mode") == "wal", let (file, methods) = logFile else {
            throw JournalError.failed("the write-ahead log cannot be opened")
        }

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

    /// The size of the file of the write-ahead log. Nil if it cannot be told.
    var logBytes: Int? {
        var size: Int64 = 0
        guard let (file, methods) = logFile, methods.xFileSize(file, &size) == SQLITE_OK else { return nil }
        return Int(size)
    }

    private var logFile: (file: UnsafeMutablePointer<sqlite3_file>, methods: sqlite3_io_methods)? {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        // There is no connection after the journal was closed.
        guard let connection = sqliteConnection,
            sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &pointer) == SQLITE_OK,
            let pointer, let methods = pointer.pointee.pMethods?.pointee
        else { return nil }
        return (pointer, methods)
    }

    private func check(_ code: CInt, _ action: String) throws {
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "\(action) the write-ahead log failed")
        }
    }
}
