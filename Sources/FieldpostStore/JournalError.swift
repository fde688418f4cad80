package import FieldpostCore

/// What can go wrong between a caller and the durable store. After any of these errors, nothing of the call was stored.
package enum JournalError: Error, Hashable, Sendable {
    /// The entry id was used before with different content. The first entry is unchanged.
    case keyReused(EntryID)
    /// Another entry has already created a report with this id.
    case reportExists(ReportID)
    case unknownReport(ReportID)
    /// The change was accepted before and central holds it, but this node has pruned the report. The caller may treat
    /// this like a repeat.
    case pruned(ReportID)
    /// This node has written as much to this report as one node may. Nothing of the change was stored.
    case reportFull(ReportID)
    /// Another gateway is enrolled under this name, or another terminal has it.
    case nameTaken(String)
    /// More than `Limits.people` people, or `Limits.peopleBytes` of what is said of them, would go to this gateway.
    case tooManyPeople(gateway: String)
    /// Another version of the setting is the newest by now.
    case settingChanged(String)
    /// There are `Limits.settingNames` settings already.
    case tooManySettings
    /// The entry is larger than `Limits.entryBytes`.
    case entryTooLarge(bytes: Int)
    /// The peer's entries do not follow the entries held. The session ends with this violation.
    case violation(Violation)
    /// The disk is full. Nothing was lost. The same call may succeed when there is room.
    case full
    /// The disk is nearly full. Changes of this kind wait until there is room again. Nothing was lost.
    case noRoom(DiskStage)
    /// Another process holds the journal.
    case locked(path: String, holder: String)
    /// The file belongs to another node or another program, or a newer version wrote it.
    case foreign(String)
    /// An own entry and its hash are both corrupt. No entry of its origin after it can be sent. `Journal.begin` moves
    /// those to a new incarnation.
    case broken(Origin, seq: UInt64)
    /// The database exists but cannot be read. Nothing was changed. `fieldpost repair` rebuilds it.
    case damaged(path: String, reason: String)
    /// An I/O error or a failed sync. It is final: the process must close the journal and start again.
    case failed(String)
}

extension JournalError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .keyReused(let id):
            "The key \(id) belongs to an earlier change with different content. That change is safe. "
                + "Use a new key for a new change."
        case .reportExists(let id):
            "A report \(id) already exists. It was not changed. Edit it, or use a new id for a new report."
        case .unknownReport(let id):
            "This node has no report \(id)."
        case .pruned(let id):
            "The change was accepted before, and central holds it. This node no longer keeps report \(id)."
        case .reportFull(let id):
            "This node has written as much to report \(id) as one node may. Its contents are safe, and nothing of this "
                + "change was stored. Continue in a new report that names this one, or write at another node."
        case .nameTaken(let name):
            "The name \(name) is already in use here. Nothing was changed. Choose another name."
        case .tooManyPeople(let gateway):
            "The gateway \(gateway) takes at most \(Limits.people) people, with \(Limits.peopleBytes) bytes in total. "
                + "Nothing was changed. Revoke somebody first, or give some people fewer grids."
        case .settingChanged(let name):
            "Somebody else changed the setting \(name) meanwhile. Nothing was changed. Read it again, and repeat your "
                + "change on what is there now."
        case .tooManySettings:
            "There are \(Limits.settingNames) settings already. Nothing was changed. Use one of their names."
        case .entryTooLarge(let bytes):
            "The change has \(bytes) bytes, but the limit is \(Limits.entryBytes). Nothing was stored. Shorten it."
        case .violation(let violation):
            violation.description
        case .full:
            "The disk is full. Everything accepted before is safe. Try again when there is room."
        case .noRoom(let stage):
            "The disk is nearly full, and \(stage.refused) must wait. Everything accepted before is safe. "
                + "Try again when there is room."
        case .broken(let origin, let seq):
            "Entry \(seq) of \(origin) is corrupt, and nothing here proves what it was."
        case .damaged(let path, let reason):
            "The journal \(path) is damaged (\(reason)). Nothing was changed. Run `fieldpost repair`. It keeps the "
                + "damaged file, and rebuilds the journal from what can be read and what the other nodes hold. If "
                + "it finds nothing wrong, run `fieldpost repair --force` to rebuild the journal anyway."
        case .locked(let path, let holder):
            "The journal \(path) is in use by process \(holder). Stop that process first, or use its socket."
        case .foreign(let reason):
            reason
        case .failed(let reason):
            "The journal failed (\(reason)) and accepts no more writes. Everything accepted is safe. Restart the node."
        }
    }
}
