/// Decides which writes of a field stand.
enum Standing {
    /// First, the writes stand that no other write covers. Then the writes that these replace, directly or through
    /// others, are dropped. The rest are circles. A circle stands when no write outside it covers one of its writes.
    static func of(_ writes: [MergeItem]) -> (standing: [MergeItem], hasCircle: Bool) {
        guard writes.count > 1 else { return (writes, false) }
        let claims = Claims(writes)
        var standing: [MergeItem] = []
        var rest: [MergeItem] = []
        for (index, write) in writes.enumerated() {
            // A write that is stored at two dots must not supersede itself, so only the contexts of other writes count.
            let isCovered = write.dots.contains { claims.cover($0, without: index) }
            if isCovered { rest.append(write) } else { standing.append(write) }
        }
        var frontier = standing
        while !frontier.isEmpty, !rest.isEmpty {
            let seen = frontier.reduce(into: VersionVector()) { $0.join($1.context) }
            frontier = rest.filter { $0.dots.contains(where: seen.covers) }
            rest.removeAll { $0.dots.contains(where: seen.covers) }
        }
        return (standing + circles(rest), !rest.isEmpty)
    }

    /// Takes writes that only cover each other. Returns those whose circle no write outside it covers. A set that is
    /// too large to resolve stands whole.
    private static func circles(_ writes: [MergeItem]) -> [MergeItem] {
        guard !writes.isEmpty, writes.count <= Limits.mutualWrites else { return writes }
        var reaches = writes.map { from in writes.map { from.covers($0) } }
        for middle in writes.indices {
            for from in writes.indices where reaches[from][middle] {
                for to in writes.indices where reaches[middle][to] { reaches[from][to] = true }
            }
        }
        return writes.indices.filter { index in
            writes.indices.allSatisfy { !reaches[$0][index] || reaches[index][$0] }
        }.map { writes[$0] }
    }
}

/// For each origin: the highest seq that a write claims to have seen, the index of that write, and the highest seq that
/// any other write claims.
private struct Claims {
    private var most: [Origin: (seq: UInt64, index: Int, others: UInt64)] = [:]

    init(_ writes: [MergeItem]) {
        for (index, write) in writes.enumerated() {
            write.context.forEach { origin, seq in
                let held = most[origin] ?? (0, index, 0)
                most[origin] = seq > held.seq ? (seq, index, held.seq) : (held.seq, held.index, max(held.others, seq))
            }
        }
    }

    /// Whether a write other than the one at `index` claims to have seen a dot.
    func cover(_ dot: Dot, without index: Int) -> Bool {
        guard let most = most[dot.origin] else { return false }
        return dot.seq <= (most.index == index ? most.others : most.seq)
    }
}
