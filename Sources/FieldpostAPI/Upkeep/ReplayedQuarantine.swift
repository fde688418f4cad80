/// The result of replaying the quarantine.
package struct ReplayedQuarantine: Codable, Hashable, Sendable {
    /// Entries that can be read now, and were merged.
    package var merged: Int

    package init(merged: Int) { self.merged = merged }
}
