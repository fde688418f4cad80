package import FieldpostCore
package import FieldpostStore

/// Why the intake refused something. Nothing of it was stored.
package enum IntakeRefusal: Error, Hashable, Sendable {
    case lacks(Permission, Caller)
    /// A terminal reported by another channel than its own.
    case otherChannel(terminal: String, own: String)
    /// A resident reported by another channel than that of residents.
    case notOfResidents
    /// A resident set a field that belongs to the handling of reports.
    case notForResidents(FieldName)
    /// A resident gave a report an id that does not follow from its receipt.
    case otherID
    /// A person reported something in a grid that is not one of the person's own, or in none.
    case otherGrid(own: [String])
    /// A person who logged in named another author.
    case otherAuthor(account: String)
    /// Nothing would change.
    case emptyChange
    /// A comment without a step of handling.
    case strayComment
    /// No step has this code.
    case unknownStep(String)
    /// The caller may not take this step.
    case stepNotFor(String)
    /// The step must say more.
    case stepNeeds(String, [Workflow.Need])
    /// The catalogue has no such condition for the category. `known`: those that it has.
    case unknownCondition(category: String, known: [String])
    /// The case stands where this step is not possible. `next`: the codes of steps that are.
    case stepNotNow(String, stage: String, next: [String])
    /// Central's sealing key is not known here, so contact data cannot be stored.
    case noSealingKey
    /// The case has not ended yet, so there is nothing to rate.
    case notRatedYet
    /// The journal refused the entry. Never `.pruned`: a repeat of an old change is accepted.
    case journal(JournalError)
}

extension IntakeRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lacks(let permission, let caller):
            "Permission denied: this needs \(permission.needed(by: caller)). Nothing was changed. "
                + "Ask the node's operator for permission."
        case .otherChannel(let terminal, let own):
            "The token of \(terminal) may only send reports by the channel \(own). Nothing was changed."
        case .notOfResidents:
            "This port accepts only reports by the channel \(ReportChannel.suishoupai.rawValue). Nothing was changed."
        case .notForResidents(let field):
            "Residents may not set \"\(field.rawValue)\". Nothing was changed. Leave it out."
        case .otherID:
            "On this port, the id of a report follows from its receipt (PROTOCOL.md, 5.15). Nothing was stored. Leave "
                + "`id` out, or give the one that follows."
        case .otherGrid(let own):
            "You may only report in your own grids. Nothing was changed. Give \"grid\" as one of: "
                + "\(own.joined(separator: ", "))."
        case .otherAuthor(let account):
            "You are logged in as \(account), but the change names another author. Nothing was changed."
        case .emptyChange:
            "The edit names no field. Nothing was changed. Give the fields to set, or null to empty one."
        case .strayComment:
            "A comment needs a change of stage or department. For other changes, add a note. Nothing was changed."
        case .unknownStep: "No step has this code. Nothing was changed. The steps are: \(Self.steps)."
        case .stepNotFor(let code):
            "You may not take the step \"\(code)\": it is for \(Self.actors(of: code)). Nothing was changed. "
                + "Ask somebody who may, or log in as one."
        case .stepNeeds(let code, let needs):
            "The step \"\(code)\" needs \(needs.map(\.rawValue).joined(separator: ", ")). Nothing was changed. "
                + "Add what is missing and send it again."
        case .unknownCondition(let category, let known):
            "The catalogue has no such condition for the category \(category). Nothing was changed. Name one of: "
                + "\(known.joined(separator: ", ")). Or give a limit."
        case .stepNotNow(let code, let stage, let next):
            "The case is at \(Self.name(of: stage)), where \"\(code)\" is not possible. Nothing was changed. "
                + "What is possible: \(next.isEmpty ? "nothing" : next.joined(separator: ", "))."
        case .noSealingKey:
            "This node does not know central's sealing key yet, so it cannot keep contact data. Nothing was stored. "
                + "Send the report without `contact`, or again when this node has met central."
        case .notRatedYet:
            "The case has not ended yet, so the work cannot be rated. Nothing was changed. Add a note instead, or rate "
                + "it once the case is closed."
        case .journal(let error): error.description
        }
    }

    /// A stage that this program does not know is what somebody wrote, and is not repeated.
    private static func name(of stage: String) -> String {
        Workflow.standard[stage] == nil ? "a stage that this node does not know" : "\"\(stage)\""
    }

    /// "dispatcher or leader"
    private static func actors(of code: String) -> String {
        (Workflow.standard[code]?.actors ?? []).map(\.rawValue).sorted().joined(separator: " or ")
    }

    private static let steps = Workflow.standard.stages.map(\.code).joined(separator: ", ")
}
