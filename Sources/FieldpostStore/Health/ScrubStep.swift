/// The result of one step of a scrub.
package struct ScrubStep: Hashable, Sendable {
    /// Where the next step continues. Nil after the last step.
    package var next: ScrubCursor?
    package var entries = 0
    package var bytes = 0
    /// Entries found corrupt in this step.
    package var corrupt = 0
    /// Rows that disagreed with their entries, and were repaired.
    package var repaired = 0
    /// Complaints about the structure that a second check did not confirm.
    package var doubts: [String] = []

    package init() {}
}

/// A position in a scrub.
package enum ScrubCursor: Hashable, Sendable, Comparable {
    /// The structure of the file, and its indexes.
    case structure
    /// The structure of one table and its indexes, if the file is too large to be checked at once.
    case table(String)
    case entries(after: Int64)
    case reports(after: Int64)

    /// The structure comes first, because the other steps use the indexes.
    package static let start = ScrubCursor.structure
}
