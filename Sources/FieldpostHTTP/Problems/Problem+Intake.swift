import FieldpostCore
import FieldpostNode
import HTTPTypes

extension Problem {
    /// The problem for a refusal by the intake.
    init(_ refusal: IntakeRefusal) {
        switch refusal {
        case .lacks, .otherChannel, .otherGrid, .notOfResidents, .notForResidents, .otherAuthor:
            self.init(.forbidden, refusal.description)
        case .emptyChange: self.init(.emptyChange, refusal.description)
        case .stepNotFor: self.init(.forbidden, refusal.description)
        case .unknownStep, .stepNeeds, .unknownCondition, .otherID: self.init(.invalidValue, refusal.description)
        case .stepNotNow, .notRatedYet: self.init(.stepNotPossible, refusal.description)
        case .noSealingKey:
            self.init(
                .noSealingKey, refusal.description,
                headers: [HTTPField(name: .retryAfter, value: "\(Limits.busyRetrySeconds)")])
        case .strayComment: self.init(.invalidValue, refusal.description)
        case .journal(let error): self.init(error)
        }
    }
}
