import FieldpostCore
import GRDB
import GRDBSQLite

/// A statement that is bound and run through SQLite's C interface. For the few statements that run once for each
/// entry: there, GRDB's arguments and rows cost more than the work itself.
///
/// The first parameter and the first column have the number 1 and 0, as in SQLite.
struct RawStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer?
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate init(_ statement: OpaquePointer, of connection: OpaquePointer?) {
        self.statement = statement
        self.connection = connection
    }

    func bind(_ value: Int64?, at index: Int32) {
        if let value { sqlite3_bind_int64(statement, index, value) } else { sqlite3_bind_null(statement, index) }
    }

    func bind(_ id: some Identifier128, at index: Int32) {
        withUnsafeBytes(of: id.value.bigEndian) { bind($0, at: index) }
    }

    func bind(_ hash: Hash256?, at index: Int32) {
        guard let hash else { return bind(Int64?.none, at: index) }
        hash.withBytes { bind($0, at: index) }
    }

    func bind(_ bytes: [UInt8]?, at index: Int32) {
        guard let bytes else { return bind(Int64?.none, at: index) }
        bytes.withUnsafeBytes { bind($0, at: index) }
    }

    func bind(_ text: String?, at index: Int32) {
        guard var text else { return bind(Int64?.none, at: index) }
        text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(
                    statement, index, characters.baseAddress, Int32(characters.count), Self.transient)
            }
        }
    }

    private func bind(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
        if let start = bytes.baseAddress {
            sqlite3_bind_blob(statement, index, start, Int32(bytes.count), Self.transient)
        } else {
            sqlite3_bind_zeroblob(statement, index, 0)
        }
    }

    /// Runs the statement, and leaves it ready for the next values.
    func run() throws {
        defer { sqlite3_reset(statement) }
        while try step() {}
    }

    /// The first column of the first row. Nil if there is no row, or if the column holds no integer.
    func integer() throws -> Int64? {
        defer { sqlite3_reset(statement) }
        guard try step(), sqlite3_column_type(statement, 0) == SQLITE_INTEGER else { return nil }
        return sqlite3_column_int64(statement, 0)
    }

    /// A column of the present row. Nil if it holds no integer.
    func integer(at column: Int32) -> Int64? {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
        return sqlite3_column_int64(statement, column)
    }

    /// Gives the bytes of a column of the present row to `take`. Nil if it holds no bytes.
    func withBytes<Value>(at column: Int32, _ take: (UnsafeRawBufferPointer) -> Value?) -> Value? {
        guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
        let start = sqlite3_column_blob(statement, column)
        return take(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }

    /// Leaves the statement ready for the next values although it has more rows.
    func reset() { sqlite3_reset(statement) }

    /// Whether there is another row.
    func step() throws -> Bool {
        let code = sqlite3_step(statement)
        switch code {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
        }
    }
}

extension Database {
    /// Returns a kept statement. Run one SQL text either by hand or by GRDB, never by both.
    func raw(_ sql: String) throws -> RawStatement {
        RawStatement(try cachedStatement(sql: sql).sqliteStatement, of: sqliteConnection)
    }
}
