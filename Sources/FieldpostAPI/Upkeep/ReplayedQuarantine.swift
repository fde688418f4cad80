/// What a replay of the quarantine did.
package struct ReplayedQuarantine: Codable, Hashable, Sendable {
    /// Entries that could be read now, and are merged.
    package var merged: Int

    package init(merged: Int) { self.merged = merged }
}
