import FieldpostCore
import Testing

struct VersionVectorTests {
    @Test func `a vector with one origin is before the same with one more`() {
        let left = Samples.vector((1, 1))
        let right = Samples.vector((1, 1), (2, 1))
        #expect(left.compare(right) == .before)
        #expect(right.compare(left) == .after)
    }

    @Test func `vectors that each saw something new are concurrent`() {
        #expect(Samples.vector((1, 2), (2, 1)).compare(Samples.vector((1, 1), (2, 2))) == .concurrent)
        #expect(Samples.vector((1, 1)).compare(Samples.vector((2, 1))) == .concurrent)
    }

    @Test func `a missing origin counts as 0`() {
        #expect(Samples.vector((1, 0)) == VersionVector())
        #expect(Samples.vector((1, 0)).isEmpty)
        #expect(VersionVector()[Samples.origin(1)] == 0)
        #expect(Samples.vector((1, 3), (2, 0)).compare(Samples.vector((1, 3))) == .equal)
    }

    @Test func `a vector covers the dots up to its seq and no others`() {
        let vector = Samples.vector((1, 3))
        #expect(vector.covers(Dot(Samples.origin(1), 3)))
        #expect(!vector.covers(Dot(Samples.origin(1), 4)))
        #expect(!vector.covers(Dot(Samples.origin(2), 1)))
    }

    @Test func `including an older dot changes nothing`() {
        var vector = Samples.vector((1, 3))
        vector.include(Dot(Samples.origin(1), 2))
        #expect(vector == Samples.vector((1, 3)))
    }

    @Test func `a vector is before one that has advanced`() {
        let stale = Samples.vector((1, 4), (2, 7))
        var current = stale
        current.include(Dot(Samples.origin(2), 8))
        #expect(stale.compare(current) == .before)
    }

    @Test func `pairs are ordered by origin`() {
        let pairs = Samples.vector((1, 1), (2, 2), (3, 3), (4, 4)).pairs
        #expect(pairs.map(\.origin) == pairs.map(\.origin).sorted())
        #expect(pairs.count == 4)
    }

    @Test(arguments: [UInt64](1...60)) func `being before is a partial order`(seed: UInt64) {
        let (a, b, c) = Self.three(seed)
        #expect(a.compare(a) == .equal, "seed \(seed)")
        #expect((a.compare(b) == .equal) == (a == b), "seed \(seed): \(a) \(b)")
        #expect(a.compare(b).reversed == b.compare(a), "seed \(seed): \(a) \(b)")
        if Self.isAtMost(a, b), Self.isAtMost(b, a) { #expect(a == b, "seed \(seed): \(a) \(b)") }
        if Self.isAtMost(a, b), Self.isAtMost(b, c) { #expect(Self.isAtMost(a, c), "seed \(seed): \(a) \(b) \(c)") }
    }

    @Test(arguments: [UInt64](1...60)) func `comparing agrees with comparing each origin`(seed: UInt64) {
        let (a, b, _) = Self.three(seed)
        let origins = (a.pairs + b.pairs).map(\.origin)
        let isAtMost = origins.allSatisfy { a[$0] <= b[$0] }
        let isAtLeast = origins.allSatisfy { a[$0] >= b[$0] }
        let expected: Causality =
            switch (isAtMost, isAtLeast) {
            case (true, true): .equal
            case (true, false): .before
            case (false, true): .after
            case (false, false): .concurrent
            }
        #expect(a.compare(b) == expected, "seed \(seed): \(a) \(b)")
    }

    @Test(arguments: [UInt64](1...60)) func `join is commutative, associative and idempotent`(seed: UInt64) {
        let (a, b, c) = Self.three(seed)
        #expect(a.joined(b) == b.joined(a), "seed \(seed)")
        #expect(a.joined(b).joined(c) == a.joined(b.joined(c)), "seed \(seed)")
        #expect(a.joined(a) == a, "seed \(seed)")
        #expect(a.joined(VersionVector()) == a, "seed \(seed)")
    }

    @Test(arguments: [UInt64](1...60)) func `join is the least upper bound`(seed: UInt64) {
        let (a, b, c) = Self.three(seed)
        let join = a.joined(b)
        #expect(Self.isAtMost(a, join) && Self.isAtMost(b, join), "seed \(seed)")
        let bound = join.joined(c)
        #expect(Self.isAtMost(join, bound), "seed \(seed)")
        // A vector with any smaller seq is not a bound of both.
        for (origin, seq) in join.pairs {
            let smaller = VersionVector(join.pairs.map { ($0.origin, $0.origin == origin ? seq - 1 : $0.seq) })
            #expect(!(Self.isAtMost(a, smaller) && Self.isAtMost(b, smaller)), "seed \(seed): \(smaller)")
        }
    }

    /// Small vectors over three origins, so that equal and ordered ones are common.
    private static func three(_ seed: UInt64) -> (VersionVector, VersionVector, VersionVector) {
        var random = SeededGenerator(seed: seed)
        func vector() -> VersionVector {
            VersionVector((1...3).map { (Samples.origin($0), UInt64.random(in: 0...2, using: &random)) })
        }
        return (vector(), vector(), vector())
    }

    private static func isAtMost(_ left: VersionVector, _ right: VersionVector) -> Bool {
        let causality = left.compare(right)
        return causality == .before || causality == .equal
    }
}

extension Causality {
    fileprivate var reversed: Causality {
        switch self {
        case .before: .after
        case .after: .before
        case .equal, .concurrent: self
        }
    }
}
