/// The result of replaying the quarantine.
package struct ReplayedQuarantine: Codable, Hashable, Sendable {
    /// Entries that can be read now, and were merged.
    package var merged: Int
    /// Reason → how many stay for it. Nil from nodes of an earlier version.
    package var kept: [String: Int]?

    package init(merged: Int, kept: [String: Int]? = nil) { (self.merged, self.kept) = (merged, kept) }
}
