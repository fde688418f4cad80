package import FieldpostCore
import GRDB

/// What can go wrong between a caller and the durable store. After any of these nothing of the call was kept.
package enum JournalError: Error, Hashable, Sendable {
    /// The entry id was used before, with other content. Safe: the first entry stands.
    case keyReused(EntryID)
    /// A report with this id was made before, by another entry.
    case reportExists(ReportID)
    case unknownReport(ReportID)
    /// The change was taken in before, and central holds it; this node keeps that report no longer. Safe: as good as a
    /// repeat.
    case pruned(ReportID)
    /// This node has written as much to this report as one node may. Nothing of the change was kept.
    case reportFull(ReportID)
    /// Another gateway is enrolled under this name.
    case nameTaken(String)
    /// The entry is larger than `Limits.entryBytes`.
    case entryTooLarge(bytes: Int)
    /// The peer's entries do not follow on what is held: the session ends with this violation.
    case violation(Violation)
    /// The disk is full. Nothing was lost; the same call may succeed when there is room.
    case full
    /// The disk is nearly full: changes of this kind wait until there is room again. Nothing was lost.
    case noRoom(DiskStage)
    /// Another process holds the journal.
    case locked(path: String, holder: String)
    /// The file is not a journal of this node, or of a newer version.
    case foreign(String)
    /// An own entry and its hash are both corrupt: nothing of its origin can be sent beyond it. `Journal.begin` moves
    /// what follows to a new incarnation.
    case broken(Origin, seq: UInt64)
    /// The database is there but cannot be read as one. Nothing was changed: `fieldpost repair` rebuilds it.
    case damaged(path: String, reason: String)
    /// An I/O error, or a sync that failed. Final: the process must close the journal and start again.
    case failed(String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyReused(let id):
            "The key \(id) was used before with other content. It stands; use a new key for a new change."
        case .reportExists(let id):
            "A report \(id) exists already. It stands unchanged; edit it, or report under a new id."
        case .unknownReport(let id):
            "This node holds no report \(id)."
        case .pruned(let id):
            "The change was taken in before. Central holds it; this node keeps report \(id) no longer."
        case .reportFull(let id):
            "This node has written as much to report \(id) as one node may. What is there is safe, and nothing of this "
                + "change was kept: go on in a new report that names this one, or write at another node."
        case .nameTaken(let name):
            "Another gateway is enrolled as \(name). Nothing was changed; choose another name."
        case .entryTooLarge(let bytes):
            "The change takes \(bytes) bytes; the limit is \(Limits.entryBytes). Nothing was kept; shorten it."
        case .violation(let violation):
            violation.description
        case .full:
            "The disk is full. What was accepted before is safe; try again when there is room."
        case .noRoom(let stage):
            "The disk is nearly full, and \(stage.refused) wait. What was accepted before is safe; "
                + "try again when there is room."
        case .broken(let origin, let seq):
            "Entry \(seq) of \(origin) became corrupt beyond what its hash can prove."
        case .damaged(let path, let reason):
            "The journal \(path) is damaged (\(reason)). Nothing was changed. Run `fieldpost repair`: it keeps the "
                + "damaged file, and rebuilds the journal from what can be read and what the other nodes hold. Should "
                + "it find nothing wrong, `fieldpost repair --force` rebuilds it all the same."
        case .locked(let path, let holder):
            "The journal \(path) is in use by process \(holder). Stop that one first, or use its socket."
        case .foreign(let reason):
            reason
        case .failed(let reason):
            "The journal failed (\(reason)) and takes no more writes. What was accepted is safe; restart the node."
        }
    }
}

extension JournalError {
    /// Sorts an error of the database: a full disk is a state, all else is final. `path`: the database, for people.
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
