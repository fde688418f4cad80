import FieldpostCore
import FieldpostStore
import GRDB
import GRDBSQLite
import Synchronization

/// Keeps the write-ahead log small.
///
/// SQLite begins the log again from its start only when no reader uses it. With readers that overlap, that moment never
/// comes by itself, and the log grows without bound. So when it has grown beyond `Limits.logRestartBytes`, the writer
/// makes it start again. Beyond `Limits.logBytes`, it waits for the readers of that moment, and ends those that read
/// for long. Readers that come meanwhile find everything in the database file, and do not delay it.
///
/// An interrupted checkpoint loses nothing: SQLite uses the log again only after the pages in the database file are
/// synced.
final class LogKeeper: Sendable {
    private struct State {
        /// The size of the log from which to try again.
        var next = 0
        /// How often in a row the writer waited in vain for readers.
        var vainWaits = 0
        var connections: [Int: Connection] = [:]
        var reads = 0
    }

    /// A connection that reads for long.
    ///
    /// Proof of `Sendable`: other threads only call `sqlite3_interrupt`, which SQLite allows on any thread while the
    /// connection is open. It is open as long as it is listed, and both happens under the lock.
    private struct Connection: @unchecked Sendable {
        let pointer: OpaquePointer
    }

    private let state = Mutex(State())

    /// Call this on the writer between two transactions. Throws if a checkpoint fails for another reason than readers
    /// or a full disk: then what was written to the database file may be lost, and only a restart helps
    /// (`Database.secureLog`).
    func keep(_ db: Database) throws {
        guard let bytes = db.logBytes else { return }
        let isDue = state.withLock { state in
            if bytes <= Limits.logRestartBytes { (state.next, state.vainWaits) = (0, 0) }
            guard bytes > Limits.logRestartBytes, bytes >= state.next else { return false }
            state.next = bytes + Limits.logStepBytes
            return true
        }
        guard isDue else { return }
        let isLarge = bytes > Limits.logBytes
        if isLarge { interruptReads() }
        do {
            try db.restartLog(
                waitingMilliseconds: isLarge ? Limits.logWaitMilliseconds : Limits.logBriefWaitMilliseconds)
        } catch let error as DatabaseError where Self.isHarmless(error) {
            guard isLarge else { return }
            // A reader in another process, such as a backup, cannot be ended. So the writer does not wait for it again
            // before the log has grown by half.
            state.withLock { state in
                state.vainWaits += 1
                if state.vainWaits > 1 { state.next = bytes + bytes / 2 }
            }
        }
    }

    static func isHarmless(_ error: DatabaseError) -> Bool {
        [.SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL].contains(error.resultCode)
    }

    /// Runs a read that may take long. Returns nil if the log had to start again before it was done.
    func interruptibly<Value>(_ db: Database, _ body: () throws -> Value) throws -> Value? {
        guard let connection = db.sqliteConnection.map(Connection.init) else { return try body() }
        let number = state.withLock { state in
            state.reads += 1
            state.connections[state.reads] = connection
            return state.reads
        }
        defer { state.withLock { _ = $0.connections.removeValue(forKey: number) } }
        do {
            return try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT {
            return nil
        }
    }

    private func interruptReads() {
        state.withLock { state in
            for connection in state.connections.values { sqlite3_interrupt(connection.pointer) }
        }
    }
}

extension Database {
    /// Copies the whole log into the database file, and lets the next write begin it from its start. Waits so long for
    /// the readers that still use the log.
    fileprivate func restartLog(waitingMilliseconds milliseconds: Int) throws {
        let usual = try Int.fetchOne(self, sql: "PRAGMA busy_timeout") ?? 0
        try execute(sql: "PRAGMA busy_timeout = \(milliseconds)")
        defer { sqlite3_busy_timeout(sqliteConnection, CInt(usual)) }
        _ = try checkpoint(.restart)
    }
}
