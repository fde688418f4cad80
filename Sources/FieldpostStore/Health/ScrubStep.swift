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

    package init() {}
}

/// A position in a scrub.
package enum ScrubCursor: Hashable, Sendable {
    case entries(after: Int64)
    case reports(after: Int64)
    /// The structure of the file, and its indexes.
    case structure

    /// The structure comes first, because the other steps use the indexes.
    package static let start = ScrubCursor.structure
}
