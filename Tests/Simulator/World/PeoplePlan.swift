import FaultDisk

/// What a world's people do beside their work, in percent of their changes.
struct PeoplePlan: Sendable {
    /// Changes under an id that was used before: a restarted counter, a corrected text sent again, a retry elsewhere.
    let duplicates: Int
    /// Edits by a version that nobody handed out.
    let forged: Int
    /// How often somebody goes on at another gateway, with what was seen at the last one.
    let roaming: Int
    /// Changes to the grid of a report.
    let regrids: Int

    init(using random: inout Randomness) {
        duplicates = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 10...40, using: &random) : 0
        forged = Int.random(in: 0..<4, using: &random) == 0 ? Int.random(in: 5...30, using: &random) : 0
        roaming = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 5...30, using: &random) : 0
        regrids = Int.random(in: 0..<2, using: &random) == 0 ? Int.random(in: 5...25, using: &random) : 0
    }
}
