import FaultDisk
import GRDB

/// A database with one table of numbers, opened as the journal opens its own.
struct Ledger {
    static let name = "ledger.sqlite"
    let pool: DatabasePool

    init(_ disk: FaultDisk, synchronous: String = "FULL", checkpointPages: Int = 20) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(db.configuration.readonly ? 0 : checkpointPages)")
        }
        pool = try DatabasePool(path: disk.path(Self.name), configuration: configuration)
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = \(synchronous)")
            try db.execute(sql: "CREATE TABLE IF NOT EXISTS entries (number INTEGER PRIMARY KEY, body BLOB)")
        }
    }

    /// One commit. `bytes` large enough to spread over pages.
    func add(_ number: Int, bytes: Int = 3000) throws {
        try pool.write { db in
            try db.execute(
                sql: "INSERT INTO entries (number, body) VALUES (?, randomblob(?))", arguments: [number, bytes])
        }
    }

    func numbers() throws -> Set<Int> {
        try pool.read { db in try Set(Int.fetchAll(db, sql: "SELECT number FROM entries")) }
    }

    func isWhole() throws -> Bool {
        try pool.read { db in try String.fetchOne(db, sql: "PRAGMA integrity_check") } == "ok"
    }
}
