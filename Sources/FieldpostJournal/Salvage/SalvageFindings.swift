package import FieldpostCore

/// What could be read of a damaged journal.
package struct SalvageFindings: Hashable, Sendable {
    /// The databases that were read, each with the log beside it.
    package let files: [String]
    /// Images of pages that were read.
    package let pages: Int64
    /// Entries whose bytes are not those that were written, of which no whole copy was found.
    package let corrupt: Int
    /// The node and the incarnation that the journal was of, where its row could be read.
    package let identity: Origin?
    package let origins: [OriginFindings]

    package struct OriginFindings: Hashable, Sendable {
        package let origin: Origin
        /// Written by this node.
        package let isOwn: Bool
        /// 1…head were found without a gap.
        package let head: UInt64
        /// Entries found beyond the first gap.
        package let beyond: Int
        /// The highest seq found.
        package let last: UInt64
    }

    /// Whole entries found.
    package var entries: Int { origins.reduce(0) { $0 + Int($1.head) + $1.beyond } }
    /// Entries of this node that a gap cuts off from its first ones.
    package var ownBeyondGap: Int { origins.filter(\.isOwn).reduce(0) { $0 + $1.beyond } }
}

/// How far a repair is.
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

/// What a repair did.
package struct Rebuilt: Hashable, Sendable {
    package let findings: SalvageFindings
    /// Who the node writes as from now on.
    package let origin: Origin
    /// Entries that stand where they stood.
    package let kept: Int
    /// Entries of this node that stand under its new incarnation now, with the same ids.
    package let moved: Int
    package let reports: ReportsDigest
    /// Where the damaged files are now.
    package let setAside: [String]
}
