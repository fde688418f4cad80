/// Origin → highest seq seen. A missing origin counts as 0, so [A:0] and [] are the same vector.
///
/// Vectors are partially ordered by "has seen no more than", and `join` is their least upper bound
/// (Parker et al., "Detection of Mutual Inconsistency in Distributed Systems", 1983).
package struct VersionVector: Hashable, Sendable {
    /// Never contains a zero, so two vectors are equal exactly when their dictionaries are equal.
    private var seqs: [Origin: UInt64]

    package init() { seqs = [:] }

    package init(_ pairs: some Sequence<(Origin, UInt64)>) {
        self.init()
        for (origin, seq) in pairs { include(Dot(origin, seq)) }
    }

    package var isEmpty: Bool { seqs.isEmpty }
    package var count: Int { seqs.count }

    /// The highest seq seen of an origin; 0 for none.
    package subscript(origin: Origin) -> UInt64 { seqs[origin, default: 0] }

    /// The non-zero pairs, ordered by origin.
    package var pairs: [(origin: Origin, seq: UInt64)] {
        seqs.sorted { $0.key < $1.key }.map { (origin: $0.key, seq: $0.value) }
    }

    package func covers(_ dot: Dot) -> Bool { dot.seq <= self[dot.origin] }

    package mutating func include(_ dot: Dot) {
        guard dot.seq > self[dot.origin] else { return }
        seqs[dot.origin] = dot.seq
    }

    /// Lowers the seq of an origin to at most `seq`.
    package mutating func cap(_ origin: Origin, at seq: UInt64) {
        guard self[origin] > seq else { return }
        seqs[origin] = seq == 0 ? nil : seq
    }

    /// Lowers the seq of each named origin to at most the given seq.
    package func capped(_ seqs: [Origin: UInt64]) -> VersionVector {
        var result = self
        for (origin, seq) in seqs { result.cap(origin, at: seq) }
        return result
    }

    /// Visits the non-zero pairs, in no particular order.
    package func forEach(_ body: (Origin, UInt64) -> Void) {
        for (origin, seq) in seqs { body(origin, seq) }
    }

    package mutating func join(_ other: VersionVector) {
        seqs.merge(other.seqs) { max($0, $1) }
    }

    package func joined(_ other: VersionVector) -> VersionVector {
        var result = self
        result.join(other)
        return result
    }

    /// Compares two vectors over the keys of both: [A:1] is *before* [A:1, B:1].
    package func compare(_ other: VersionVector) -> Causality {
        let seenByOther = seqs.allSatisfy { $0.value <= other[$0.key] }
        let seenBySelf = other.seqs.allSatisfy { $0.value <= self[$0.key] }
        switch (seenByOther, seenBySelf) {
        case (true, true): return .equal
        case (true, false): return .before
        case (false, true): return .after
        case (false, false): return .concurrent
        }
    }
}

package enum Causality: Sendable {
    case equal, before, after, concurrent
}

extension VersionVector: CustomStringConvertible {
    package var description: String {
        "[" + pairs.map { "\($0.origin):\($0.seq)" }.joined(separator: ", ") + "]"
    }
}
