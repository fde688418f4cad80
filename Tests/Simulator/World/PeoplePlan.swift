import FaultDisk

/// The unusual actions of a world's people, in percent of their changes.
struct PeoplePlan: Sendable {
    /// Changes with an id that was used before: a restarted counter, a corrected text sent again, a retry at another
    /// node.
    let duplicates: Int
    /// Edits with a version that nobody handed out.
    let forged: Int
    /// How often a person moves to another gateway, with what was seen at the last one.
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
