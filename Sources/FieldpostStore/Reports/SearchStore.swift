package import FieldpostCore

/// The index by which texts are found. It follows from reports, and comes a moment after their commits.
package protocol SearchStore: Sendable {
    /// Takes up some of what was committed, in one short step, or makes some of the index anew after an upgrade.
    /// Returns whether more is left. Costs nothing when nothing is. Only one step runs at a time: a second call returns
    /// false at once.
    func indexSearch() async throws(JournalError) -> Bool

    /// How far search is behind.
    var searchLag: SearchLag { get }
}

/// How far search is behind the commits.
package struct SearchLag: Hashable, Sendable {
    /// Changes that were committed and that it does not know.
    package var changes = 0
    /// Reports that it does not know yet after a start or an upgrade.
    package var reports = 0

    package init() {}
}

/// What reports are searched for, beside the conditions of every listing.
package struct ReportSearch: Hashable, Sendable {
    package var text: SearchQuestion?
    /// Whoever took the present task of the case, or was given it.
    package var person: String?
    /// Only open cases that were overdue at this moment, in milliseconds since 1970.
    package var overdueAt: Int64?
    /// When they were captured, in seconds since 1970: the first one that counts, and the last one. Reports of which
    /// nobody knows it are left out.
    package var times: ClosedRange<UInt32>?

    package init() {}

    package var isEmpty: Bool { self == Self() }
}
