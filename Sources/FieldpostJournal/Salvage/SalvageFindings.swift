package import FieldpostCore
package import FieldpostStore

/// What could be read of a damaged journal.
package struct SalvageFindings: Hashable, Sendable {
    /// The databases that were read, each with its log.
    package let files: [String]
    /// The number of page images that were read.
    package let pages: Int64
    /// Corrupt entries without a sound copy.
    package let corrupt: Int
    /// The node and incarnation to which the journal belonged, if that row could be read.
    package let identity: Origin?
    package let origins: [OriginFindings]

    package struct OriginFindings: Hashable, Sendable {
        package let origin: Origin
        /// Written by this node.
        package let isOwn: Bool
        /// Entries 1…head were found without a gap.
        package let head: UInt64
        /// Entries found beyond the first gap.
        package let beyond: Int
        /// The highest seq found.
        package let last: UInt64
    }

    /// The number of sound entries found.
    package var entries: Int { origins.reduce(0) { $0 + Int($1.head) + $1.beyond } }
    /// The number of this node's entries after a gap.
    package var ownBeyondGap: Int { origins.filter(\.isOwn).reduce(0) { $0 + $1.beyond } }
}

/// The progress of a repair.
package struct RepairProgress: Hashable, Sendable {
    package let phase: Phase
    package let done: Int64
    package let total: Int64

    package enum Phase: Hashable, Sendable {
        /// Counts pages.
        case reading
        /// Counts entries.
        case writing
    }
}

/// The result of a repair.
package struct Rebuilt: Hashable, Sendable {
    package let findings: SalvageFindings
    /// The origin under which the node writes from now on.
    package let origin: Origin
    /// Entries that kept their place.
    package let kept: Int
    /// Entries of this node that moved to its new incarnation, with the same ids.
    package let moved: Int
    package let reports: ReportsDigest
    /// The new names of the damaged files.
    package let setAside: [String]
}
