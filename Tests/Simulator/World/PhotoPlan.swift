import FaultDisk

/// What the people of a world do with photos, in percent.
struct PhotoPlan: Sendable {
    /// Changes that attach a photo.
    let share: Int
    /// Photos of several chunks. Others fit into one.
    let large: Int
    /// How often a person opens a photo that somebody took.
    let opened: Int

    /// Nil for two worlds in five.
    init?(using random: inout Randomness) {
        guard Int.random(in: 0..<5, using: &random) < 3 else { return nil }
        share = Int.random(in: 20...70, using: &random)
        large = Int.random(in: 0...40, using: &random)
        opened = Int.random(in: 0...30, using: &random)
    }
}
