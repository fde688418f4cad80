import FieldpostStore
import GRDB

/// Why a journal was not copied, or a copy not restored. The journal itself is as it was.
package enum CopyError: Error, Hashable, Sendable {
    case noJournal(directory: String)
    /// While it was copied, the node wrote more than the log may hold.
    case grows(logBytes: Int)
    /// The node's own disk has no room for the log to grow.
    case nodeDiskFull(freeBytes: Int)
    /// The copy's disk is full.
    case full
    /// What was read is not whole, or does not agree.
    case damaged(String)
    case failed(String)

    init(_ error: any Error) {
        switch error {
        case let error as CopyError: self = error
        case let error as JournalError:
            switch error {
            case .full, .noRoom: self = .full
            case .damaged(_, let reason): self = .damaged(reason)
            default: self = .failed(error.description)
            }
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_FULL: self = .full
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged(error.message ?? "SQLite cannot read it")
            default: self = .failed(error.message ?? error.resultCode.description)
            }
        default: self = .failed("\(error)")
        }
    }
}
