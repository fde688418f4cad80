/// What `fieldpost doctor` found about one thing.
struct Finding: Hashable, Sendable {
    enum Grade: String, Hashable, Sendable, Comparable, CaseIterable {
        case ok, warning, fault

        static func < (left: Grade, right: Grade) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    /// What was looked at, in one word.
    let subject: String
    let grade: Grade
    let text: String
    /// What to do. Nil if all is well.
    let mend: String?

    static func ok(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, grade: .ok, text: text, mend: nil)
    }

    /// Something that a person should look at. The node works.
    static func warning(_ subject: String, _ text: String, mend: String) -> Finding {
        Finding(subject: subject, grade: .warning, text: text, mend: mend)
    }

    /// Something that does not work, or endangers what is accepted.
    static func fault(_ subject: String, _ text: String, mend: String) -> Finding {
        Finding(subject: subject, grade: .fault, text: text, mend: mend)
    }
}
