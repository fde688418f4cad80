/// One step of handling, as its author recorded it. The entry's fields say what it changed; the trace says what was
/// done, by which rules and when. It is never edited: a figure that was wrong is corrected by a later step.
package struct Trace: Hashable, Sendable {
    /// The code of the step, as `stages.tsv` has it: the stage that the report reached, or a side step such as
    /// "extended". Empty for a change of the department alone.
    package var stage: String
    /// The department that the report was passed to.
    package var department: String
    /// The reason, for people.
    package var text: String
    /// The person or group that takes it, or that it is given to. Empty if nobody is named.
    package var assignee: String
    /// The condition under which a case was filed. It selects one limit of the sub-category.
    package var condition: String
    /// The time allowed, in the text form of a limit. Empty if the step starts no time.
    package var limit: String
    /// The versions of the catalogue and the calendar that the limit was taken from and is counted by.
    package var catalogue: String
    package var calendar: String
    /// When the step was taken: milliseconds since 1970-01-01T00:00:00Z, by the clock after its correction, and by how
    /// much that may be wrong. Both are 0 if nobody could say.
    package var timeMilliseconds: Int64
    package var uncertaintyMilliseconds: UInt64
    /// The deadline that an extension sets, or the day when a suspended case is looked at again. 0 if there is none.
    package var untilMilliseconds: Int64
    /// For whom the reason is.
    package var audience: Audience

    package init(
        stage: String, department: String, text: String, assignee: String = "", condition: String = "",
        limit: String = "", catalogue: String = "", calendar: String = "", timeMilliseconds: Int64 = 0,
        uncertaintyMilliseconds: UInt64 = 0, untilMilliseconds: Int64 = 0, audience: Audience = .inside
    ) {
        self.stage = stage
        self.department = department
        self.text = text
        self.assignee = assignee
        self.condition = condition
        self.limit = limit
        self.catalogue = catalogue
        self.calendar = calendar
        self.timeMilliseconds = timeMilliseconds
        self.uncertaintyMilliseconds = uncertaintyMilliseconds
        self.untilMilliseconds = untilMilliseconds
        self.audience = audience
    }

    /// Whether it has more than the stage, the department, the reason and its audience.
    var hasDetails: Bool { details.contains { !$0.isEmpty } || numbers != [0, 0, 0] }

    /// In the order in which entries and digests have them.
    var details: [String] { [assignee, condition, limit, catalogue, calendar] }
    var numbers: [Int64] {
        [timeMilliseconds, Int64(bitPattern: uncertaintyMilliseconds), untilMilliseconds]
    }

    private var texts: [String] { [stage, department, text] + details }

    package static func == (left: Trace, right: Trace) -> Bool {
        left.numbers == right.numbers && left.audience == right.audience
            && zip(left.texts, right.texts).allSatisfy { $0.hasSameBytes(as: $1) }
    }

    package func hash(into hasher: inout Hasher) {
        for text in texts { text.hashBytes(into: &hasher) }
        hasher.combine(numbers)
        hasher.combine(audience)
    }
}
