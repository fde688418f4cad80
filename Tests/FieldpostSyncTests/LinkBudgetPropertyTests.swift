import FieldpostCore
import FieldpostSync
import Testing

/// Random weeks of a gateway: traffic of all lanes, restarts, crashes, and a clock that is unknown, right or wrong.
struct LinkBudgetPropertyTests {
    private static let frame = 16_384
    private static let policy = LinkPolicy(dayBytes: 3_000_000, monthBytes: 40_000_000)

    /// What a gateway lives through, and what its links really carried by true days and months.
    private struct World {
        var budget: LinkBudget
        /// What is on the disk.
        var stored = LinkRecord()
        /// Seconds since 1970-01-01.
        var time = 20_020 * LocalTime.daySeconds
        var startedAt: Int
        var isKnown = false
        var restarts = 0
        var photoBytes: [Int: UInt64] = [:]
        var random: RandomNumbers

        init(seed: UInt64) {
            random = RandomNumbers(seed: seed)
            startedAt = time
            budget = LinkBudget(
                policies: ["lte": policy], at: LinkTime(runningMilliseconds: 0, local: nil))
        }

        var now: LinkTime {
            let local = LocalTime(day: time / LocalTime.daySeconds, second: time % LocalTime.daySeconds)
            return LinkTime(runningMilliseconds: UInt64(time - startedAt) * 1000, local: isKnown ? local : nil)
        }

        mutating func send(_ lane: Lane) -> LanePermit {
            let permit = budget.permit(for: lane, of: "lte", at: now)
            guard case .bytes = permit else { return permit }
            budget.count(frame, of: "lte", at: now)
            if lane >= .thumbnails { photoBytes[time / LocalTime.daySeconds, default: 0] += UInt64(frame) }
            if budget.needsRecord { stored = budget.record(at: now) }
            return permit
        }

        mutating func restart(isCrash: Bool) {
            if !isCrash { stored = budget.lastRecord(at: now) }
            startedAt = time
            isKnown = false
            budget = LinkBudget(
                policies: ["lte": policy], record: stored, at: LinkTime(runningMilliseconds: 0, local: nil))
            restarts += 1
        }
    }

    @Test(arguments: 1...60)
    func `no day and no month has more photos than its budget, and reports never wait`(seed: Int) {
        var world = World(seed: UInt64(seed))
        // Always a known clock in some worlds, and now and then one in the others.
        let knows = seed % 2 == 0
        for _ in 0..<4_000 {
            if knows { world.isKnown = true }
            switch world.random.below(100) {
            case 0: world.restart(isCrash: world.random.below(2) == 0)
            case 1..<4: world.isKnown = true
            case 4..<20: #expect(world.send(world.random.below(2) == 0 ? .entries : .urgent) == .unlimited)
            case 20..<40: world.time += Int(world.random.below(3_000))
            default: _ = world.send(world.random.below(3) == 0 ? .thumbnails : .photos)
            }
        }
        let months = Dictionary(grouping: world.photoBytes) { $0.key < 20_028 ? 0 : $0.key < 20_058 ? 1 : 2 }
        if knows {
            // One frame begins within the budget and ends beyond it.
            let most = (Self.policy.dayBytes ?? 0) + UInt64(Self.frame)
            #expect(world.photoBytes.values.allSatisfy { $0 <= most }, "seed \(seed): \(world.photoBytes)")
            for days in months.values {
                let sum = days.reduce(0) { $0 + $1.value }
                #expect(sum <= (Self.policy.monthBytes ?? 0) + UInt64(Self.frame), "seed \(seed)")
            }
        }
        #expect(world.photoBytes.values.contains { $0 > (Self.policy.dayBytes ?? 0) * 9 / 10 } || world.restarts > 30)
    }

    @Test(arguments: 1...20)
    func `without any clock a day of running time has no more than its budget`(seed: Int) {
        var world = World(seed: UInt64(seed) + 1_000)
        /// By days of running time since the first start, which restarts do not interrupt.
        for _ in 0..<4_000 {
            switch world.random.below(50) {
            case 0: world.restart(isCrash: world.random.below(2) == 0)
            case 1..<12: world.time += Int(world.random.below(3_000))
            default: _ = world.send(.photos)
            }
        }
        let begin = 20_020
        let total = world.photoBytes.values.reduce(0, +)
        let days = UInt64(world.time / LocalTime.daySeconds - begin + 1)
        #expect(total <= days * ((Self.policy.dayBytes ?? 0) + UInt64(Self.frame)), "seed \(seed)")
    }

    @Test(arguments: 1...20)
    func `a crash counts too much rather than too little, and not much`(seed: Int) {
        var world = World(seed: UInt64(seed) + 2_000)
        world.isKnown = true
        var sent: UInt64 = 0
        for _ in 0..<(10 + world.random.below(60)) {
            guard case .bytes = world.send(.photos) else { break }
            sent += UInt64(Self.frame)
        }
        for _ in 0..<5 { world.restart(isCrash: true) }
        world.isKnown = true
        _ = world.budget.permit(for: .photos, of: "lte", at: world.now)
        let counted = world.budget.spent(by: "lte").day
        #expect(counted >= sent && counted <= sent + Limits.linkRecordBytes + UInt64(Self.frame), "seed \(seed)")
    }
}

/// Numbers that follow from a seed (xorshift64*, S. Vigna 2016).
private struct RandomNumbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func below(_ bound: UInt64) -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return (state &* 0x2545_F491_4F6C_DD1D >> 33) % bound
    }
}
