import FieldpostCore
import Foundation
import GRDB

/// Stores where each found entry is, ordered by dot, in a temporary database. Pages come in no order, and a journal has
/// more entries than fit into memory.
final class SalvageIndex {
    private let queue: DatabaseQueue
    /// The origins by their number in this index.
    private var origins: [Origin] = []
    private var numbers: [Origin: Int] = [:]

    /// The position of an entry.
    struct Location {
        /// The index of the file among those that are read.
        let source: Int
        let image: DamagedFiles.Image
        /// The offset of the cell's record in the page.
        let offset: Int

        fileprivate var columns: StatementArguments { [source, image.isInLog, image.offset, offset] }
    }

    init() throws {
        // Without a name, the file belongs to SQLite, which deletes it when the connection ends in any way.
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true  // one over many calls
        queue = try DatabaseQueue(path: "", configuration: configuration)
        try queue.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = OFF;
                    CREATE TABLE found (
                        origin INTEGER, seq INTEGER, source INTEGER, log INTEGER, page INTEGER, cell INTEGER,
                        PRIMARY KEY (origin, seq)
                    ) WITHOUT ROWID;
                    CREATE TABLE quarantined (place INTEGER, source INTEGER, log INTEGER, page INTEGER, cell INTEGER);
                    CREATE TABLE corrupt (source INTEGER, place INTEGER, PRIMARY KEY (source, place)) WITHOUT ROWID;
                    CREATE TABLE places (       -- which origin stood under which number
                        source INTEGER, number INTEGER, origin INTEGER, PRIMARY KEY (source, number)
                    ) WITHOUT ROWID;
                    """)
        }
    }

    // MARK: Filling

    /// Puts many additions into one transaction.
    func group(_ body: () throws -> Void) throws {
        try execute("BEGIN")
        try body()
        try execute("COMMIT")
    }

    /// Adds an entry under its dot, unless the dot is already there. `number` is the number of its origin in the
    /// damaged journal.
    func add(_ dot: Dot, number: Int64, at location: Location) throws {
        guard let origin = self.number(of: dot.origin) else { return }
        try execute("INSERT OR IGNORE INTO places VALUES (?, ?, ?)", [location.source, number, origin])
        try execute(
            "INSERT OR IGNORE INTO found VALUES (?, ?, ?, ?, ?, ?)",
            [origin, Int64(dot.seq)] + location.columns)
    }

    /// Adds a quarantined entry. Its bytes may not contain its dot, so only its place is known.
    func addQuarantined(_ place: Place, at location: Location) throws {
        try execute("INSERT INTO quarantined VALUES (?, ?, ?, ?, ?)", [place.rowID] + location.columns)
    }

    /// Adds something that looks like an entry, but does not match its hash.
    func addCorrupt(_ place: Place, source: Int) throws {
        try execute("INSERT OR IGNORE INTO corrupt VALUES (?, ?)", [source, place.rowID])
    }

    /// Finds the origins of quarantined entries by their numbers, with the help of the other entries.
    func placeQuarantined() throws {
        try execute(
            """
            INSERT OR IGNORE INTO found
            SELECT origin, place & \(Limits.seq), quarantined.source, log, page, cell
            FROM quarantined JOIN places ON places.source = quarantined.source AND number = place >> 40
            WHERE place & \(Limits.seq) > 0
            """)
    }

    private func number(of origin: Origin) -> Int? {
        if let known = numbers[origin] { return known }
        guard origins.count < Limits.salvagedOrigins else { return nil }
        origins.append(origin)
        numbers[origin] = origins.count - 1
        return origins.count - 1
    }

    private func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try queue.writeWithoutTransaction { try $0.cachedStatement(sql: sql).execute(arguments: arguments) }
    }

    // MARK: Reading

    /// The origins of the found entries, in the order in which the journal first met them.
    func originsByAge() throws -> [Origin] {
        try queue.read { db in
            try Int.fetchAll(db, sql: "SELECT origin FROM places GROUP BY origin ORDER BY min(number), origin")
        }.map { origins[$0] }
    }

    /// The entries found of an origin after a seq, in order, at most `limit`.
    func found(of origin: Origin, after seq: UInt64, limit: Int) throws -> [(seq: UInt64, location: Location)] {
        guard let number = numbers[origin] else { return [] }
        return try queue.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT * FROM found WHERE origin = ? AND seq > ? ORDER BY seq LIMIT ?")
            return try Row.fetchAll(statement, arguments: [number, Int64(seq), limit]).map { row in
                let image = DamagedFiles.Image(isInLog: row["log"], offset: row["page"])
                return (
                    UInt64(row["seq"] as Int64), Location(source: row["source"], image: image, offset: row["cell"])
                )
            }
        }
    }

    /// How much of an origin was found.
    func extent(of origin: Origin) throws -> (head: UInt64, count: Int, last: UInt64) {
        guard let number = numbers[origin] else { return (0, 0, 0) }
        return try queue.read { db in
            // Seqs have no gap up to the first one that differs from its own rank.
            let head = try Int64.fetchOne(
                db,
                sql: """
                    SELECT rank - 1 FROM (
                        SELECT seq, row_number() OVER (ORDER BY seq) AS rank FROM found WHERE origin = ?
                    ) WHERE seq <> rank LIMIT 1
                    """, arguments: [number])
            let counted = try Row.fetchOne(
                db, sql: "SELECT count(*) AS count, max(seq) AS last FROM found WHERE origin = ?", arguments: [number])
            let count = counted?["count"] as Int? ?? 0
            return (UInt64(head ?? Int64(count)), count, UInt64(counted?["last"] as Int64? ?? 0))
        }
    }

    /// The number of entries that did not match their hash, and were not found elsewhere.
    func corruptCount() throws -> Int {
        try queue.read { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM corrupt
                    LEFT JOIN places ON places.source = corrupt.source AND number = place >> 40
                    LEFT JOIN found ON found.origin = places.origin AND seq = place & \(Limits.seq)
                    WHERE found.seq IS NULL
                    """) ?? 0
        }
    }
}
