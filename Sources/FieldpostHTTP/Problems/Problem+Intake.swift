import FieldpostNode

extension Problem {
    /// The problem for a refusal by the intake.
    init(_ refusal: IntakeRefusal) {
        switch refusal {
        case .lacks, .otherChannel, .notOfResidents, .notForResidents, .otherAuthor:
            self.init(.forbidden, refusal.description)
        case .emptyChange: self.init(.emptyChange, refusal.description)
        case .strayComment: self.init(.invalidValue, refusal.description)
        case .journal(let error): self.init(error)
        }
    }
}
