import FaultDisk

/// What a seed draws before its world begins (swarm testing: Groce et al., ISSTA 2012). A world with few faults goes
/// deeper into each of them than a world with all.
struct Plan: Sendable {
    let seed: UInt64
    /// The rules that the product must keep.
    let rules: Set<Rule>
    let gateways: Int
    let terminals: Int
    let operations: Int
    /// Milliseconds in which faults happen and people work.
    let safetyMilliseconds: UInt64
    let kinds: Set<FaultKind>
    let faults: [PlannedFault]
    /// Every message passes the encoder and the decoder.
    let encodesMessages: Bool
    /// The percentage of answers to terminals that are lost.
    let lostAnswers: Int
    /// The percentage of retries that go to another gateway.
    let straying: Int
    /// The percentage of changes that are urgent.
    let urgent: Int
    /// How far behind a pull must be, so that urgent entries go ahead of it.
    let earlyDistance: UInt64
    /// The most milliseconds that a run of entries waits for the link. Urgent entries do not wait behind it.
    let runMilliseconds: UInt64
    /// The percentage of edits with a version that is not the newest.
    let stale: Int
    let latencyMilliseconds: UInt64
    let grids: GridPlan
    let people: PeoplePlan
    let hostile: HostilePlan
    /// The times at which administrators record audit events that are not about gateways.
    let events: [UInt64]
    /// What people do with photos; nil when they have none.
    let photos: PhotoPlan?
    /// The retention time of the gateways; nil when they never prune.
    let retentionMilliseconds: UInt64?

    init(seed: UInt64, options: Options) {
        let excluded = options.excluded
        let excludesRetention = options.excludesRetention
        rules = Rule.held.union(options.rules)
        var random = Randomness(seed: seed)
        self.seed = seed
        gateways = Int.random(in: 1...3, using: &random)
        terminals = Int.random(in: 1...4, using: &random)
        operations = Int.random(in: 2...9, using: &random)
        let safety = UInt64.random(in: 15...75, using: &random) * 1000
        safetyMilliseconds = safety
        encodesMessages = Int.random(in: 0..<4, using: &random) == 0
        lostAnswers = Int.random(in: 0...40, using: &random)
        straying = Bool.random(using: &random) ? Int.random(in: 0...30, using: &random) : 0
        urgent = Int.random(in: 0...50, using: &random)
        stale = Int.random(in: 0...60, using: &random)
        latencyMilliseconds = UInt64.random(in: 1...400, using: &random)

        var kinds = Set(FaultKind.allCases.filter { Int.random(in: 0..<100, using: &random) < $0.share })
        kinds.subtract(excluded)
        // Drawn separately, so that worlds without retention stay the same.
        var other = Randomness(seed: seed ^ 0x5EED_0F_A6E)
        let hasRetention = Int.random(in: 0..<3, using: &other) == 0 && !excludesRetention
        let retention = hasRetention ? UInt64.random(in: 3...20, using: &other) * 1000 : nil
        retentionMilliseconds = retention
        self.kinds = kinds
        var faults: [PlannedFault] = []
        var isCentralPutBack = false
        for kind in FaultKind.allCases where kinds.contains(kind) {
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let at = UInt64.random(in: 3000..<safety, using: &random)
                var node =
                    kind.isCentral
                    ? 0
                    : kind.isGateway
                        ? Int.random(in: 1...gateways, using: &random)
                        : Int.random(in: 0...gateways, using: &random)
                var copiedAt = UInt64.random(in: 1000..<at, using: &random)
                if let retention {
                    // Entries that become corrupt at central, or are missing from an older copy of it, may not exist
                    // anywhere else any more.
                    if kind == .corruption { node = max(node, 1) }
                    if kind.isCentral, at > retention { copiedAt = max(copiedAt, at - retention) }
                    // A copy of central that was taken after a restore is as old as the copy that was restored.
                    if kind.isCentral, kind.needsCopy {
                        guard !isCentralPutBack else { continue }
                        isCentralPutBack = true
                    }
                }
                let fault = PlannedFault(kind: kind, at: at, node: node, copiedAt: copiedAt)
                faults.append(fault)
                guard kind.needsCopy else { continue }
                faults.append(PlannedFault(kind: kind, at: copiedAt, node: node, copiedAt: copiedAt, isCopying: true))
            }
        }
        self.faults = faults
        grids = GridPlan(gateways: gateways, before: safety, using: &other)
        people = PeoplePlan(using: &other)
        hostile = HostilePlan(
            grids: grids.names, lies: Lie.borne.union(options.lies).subtracting(options.excludedLies), using: &other)
        // Drawn separately, so that worlds without photos stay the same.
        var ofPhotos = Randomness(seed: seed ^ 0xF0_70_5)
        photos = PhotoPlan(using: &ofPhotos)
        // The backlogs of these worlds are small.
        earlyDistance = UInt64.random(in: 0...3, using: &other)
        runMilliseconds = Bool.random(using: &other) ? UInt64.random(in: 100...5000, using: &other) : 4
        events = (0..<Int.random(in: 0...3, using: &other)).map { _ in
            UInt64.random(in: 3000..<safety, using: &other)
        }
    }
}
