import FieldpostStore
import GRDB

extension JournalError {
    /// Sorts an error of the database. A full disk is a state, all other errors are final. `path`: the database, as
    /// text for people.
    init(_ error: any Error, path: String = JournalFiles.databaseName) {
        switch error {
        case let error as JournalError:
            self = error
        case let error as DatabaseError where error.resultCode == .SQLITE_FULL:
            self = .full
        case let error as DatabaseError
        where error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB:
            self = .damaged(path: path, reason: error.message ?? error.resultCode.description)
        default:
            self = .failed(String(describing: error))
        }
    }
}
