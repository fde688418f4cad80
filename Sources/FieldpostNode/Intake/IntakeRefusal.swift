package import FieldpostCore
package import FieldpostJournal

/// Why something was not taken in. Nothing of it was kept.
package enum IntakeRefusal: Error, Hashable, Sendable {
    case lacks(Permission)
    /// A terminal reported by another channel than its own.
    case otherChannel(terminal: String, own: String)
    /// A resident reported by another channel than that of residents.
    case notOfResidents
    /// A resident set a field that belongs to the handling of reports.
    case notForResidents(FieldName)
    /// Somebody who is logged in by name named another author.
    case otherAuthor(account: String)
    /// Nothing would change.
    case emptyChange
    /// A comment without a step of handling.
    case strayComment
    /// The journal refused the entry. Never `.pruned`: a repeat of what was taken in long ago is accepted.
    case journal(JournalError)
}

extension IntakeRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lacks(let permission):
            "You may not \(permission) here. Nothing was changed; ask the node's operator for the role to."
        case .otherChannel(let terminal, let own):
            "The token of \(terminal) is for reports by the channel \(own) alone. Nothing was changed."
        case .notOfResidents:
            "This port takes reports by the channel \(ReportChannel.suishoupai.rawValue) alone. Nothing was changed."
        case .notForResidents(let field):
            "\"\(field.rawValue)\" is not for residents to set. Nothing was changed; leave it out."
        case .otherAuthor(let account):
            "You are logged in as \(account), and the change names another author. Nothing was changed."
        case .emptyChange:
            "The edit names no field. Nothing was changed; give the fields to set, or null to empty one."
        case .strayComment:
            "A comment belongs to a change of stage or department; for anything else add a note. Nothing was changed."
        case .journal(let error): error.description
        }
    }
}
