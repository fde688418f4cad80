import FaultDisk

/// The lying gateways of a world. A third of the worlds have some.
struct HostilePlan: Sendable {
    struct Liar: Sendable {
        let lies: [Lie]
        let grids: [String]
    }

    let liars: [Liar]

    init(grids: [String], lies told: Set<Lie>, using random: inout Randomness) {
        let count = Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 1...2, using: &random) : 0
        liars = (0..<count).map { _ in
            let lies = Lie.allCases.shuffled(using: &random).prefix(
                Int.random(in: 1...5, using: &random))
            let served = grids.shuffled(using: &random).prefix(Int.random(in: 0...2, using: &random))
            return Liar(lies: lies.filter { told.contains($0) }, grids: Array(served))
        }
    }
}
