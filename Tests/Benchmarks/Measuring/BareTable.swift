import GRDBSQLite
import Glibc

/// A table of entries and one of ids, through SQLite's C interface alone: what a commit costs at least.
final class BareTable {
    private var handle: OpaquePointer?
    private var entry: OpaquePointer?
    private var key: OpaquePointer?
    private var random = SystemRandomNumberGenerator()

    struct Failed: Error {
        let message: String
    }

    init(directory: String, name: String) throws {
        guard sqlite3_open("\(directory)/\(name).sqlite", &handle) == SQLITE_OK else { throw failure }
        try run(
            """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
            CREATE TABLE entries (place INTEGER PRIMARY KEY, hash BLOB NOT NULL, bytes BLOB NOT NULL);
            CREATE TABLE keys (id BLOB PRIMARY KEY, place INTEGER NOT NULL) WITHOUT ROWID;
            """)
        entry = try prepare("INSERT INTO entries (hash, bytes) VALUES (?, ?)")
        key = try prepare("INSERT INTO keys (id, place) VALUES (?, ?)")
    }

    deinit {
        sqlite3_finalize(entry)
        sqlite3_finalize(key)
        sqlite3_close(handle)
    }

    /// Inserts rows with random ids, `group` in each commit.
    func insert(_ entries: [[UInt8]], count: Int, group: Int) throws {
        var done = 0
        while done < count {
            try run("BEGIN IMMEDIATE")
            for _ in 0..<min(group, count - done) {
                let bytes = entries[done % entries.count]
                let id = [random.next(), random.next()]
                try bytes.withUnsafeBytes { raw in
                    sqlite3_bind_blob(entry, 1, raw.baseAddress, 32, nil)
                    sqlite3_bind_blob(entry, 2, raw.baseAddress, Int32(raw.count), nil)
                    try step(entry)
                }
                try id.withUnsafeBytes { raw in
                    sqlite3_bind_blob(key, 1, raw.baseAddress, 16, nil)
                    sqlite3_bind_int64(key, 2, sqlite3_last_insert_rowid(handle))
                    try step(key)
                }
                done += 1
            }
            try run("COMMIT")
        }
    }

    /// The rows of a table in a database that may be open elsewhere.
    static func count(_ table: String, in path: String) throws -> Int64 {
        var (handle, statement): (OpaquePointer?, OpaquePointer?) = (nil, nil)
        defer {
            sqlite3_finalize(statement)
            sqlite3_close(handle)
        }
        guard sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY, nil) == SQLITE_OK,
            sqlite3_prepare_v2(handle, "SELECT count(*) FROM \(table)", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { throw Failed(message: String(cString: sqlite3_errmsg(handle))) }
        return sqlite3_column_int64(statement, 0)
    }

    private var failure: Failed { Failed(message: String(cString: sqlite3_errmsg(handle))) }

    private func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure }
    }

    private func prepare(_ sql: String) throws -> OpaquePointer? {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw failure }
        return statement
    }

    private func step(_ statement: OpaquePointer?) throws {
        guard sqlite3_step(statement) == SQLITE_DONE else { throw failure }
        sqlite3_reset(statement)
    }
}
