import FaultDisk

/// The grids of a world: which gateway serves which at first, and what central's administrators change while the world
/// runs.
struct GridPlan: Sendable {
    /// An audit event about one gateway.
    struct Change: Sendable {
        /// Milliseconds of virtual time.
        let at: UInt64
        let gateway: Int
        let grids: [String]
        /// The gateway is refused from then on, until a later change.
        var isRevoked = false
    }

    private static let all = ["粤海-01", "粤海-02", "沙河 7", "桃源·北", "é-12"]

    let names: [String]
    /// By the number of the gateway. Central is the first, and serves none.
    let first: [[String]]
    let changes: [Change]

    /// A few grids for several gateways, so most are shared.
    init(gateways: Int, before end: UInt64, using random: inout Randomness) {
        let names = Array(Self.all.prefix(Int.random(in: 1...Self.all.count, using: &random)))
        self.names = names
        var served: [[String]] = [[]]
        for _ in 0..<gateways {
            let count = Int.random(in: 0..<10, using: &random) == 0 ? 0 : Int.random(in: 1...2, using: &random)
            served.append(Array(names.shuffled(using: &random).prefix(count)))
        }
        first = served
        var changes: [Change] = []
        let events = Bool.random(using: &random) ? Int.random(in: 1...4, using: &random) : 0
        let moments = (0..<events).map { _ in UInt64.random(in: 4000..<max(end, 5000), using: &random) }
        for at in moments.sorted() {
            let gateway = Int.random(in: 1...gateways, using: &random)
            let grid = names[Int.random(in: 0..<names.count, using: &random)]
            let holds = served[gateway].contains(grid)
            switch Int.random(in: 0..<8, using: &random) {
            case 0:
                changes.append(Change(at: at, gateway: gateway, grids: served[gateway], isRevoked: true))
                changes.append(Change(at: at + 3000, gateway: gateway, grids: served[gateway]))
                continue
            case 1...3 where holds:
                // The grid is moved: from then on, another gateway serves it.
                let other = Int.random(in: 1...gateways, using: &random)
                served[gateway].removeAll { $0 == grid }
                if !served[other].contains(grid) { served[other].append(grid) }
                changes.append(Change(at: at, gateway: other, grids: served[other]))
            default:
                if holds { served[gateway].removeAll { $0 == grid } } else { served[gateway].append(grid) }
            }
            changes.append(Change(at: at, gateway: gateway, grids: served[gateway]))
        }
        self.changes = changes
    }
}
