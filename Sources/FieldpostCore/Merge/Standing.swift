/// Which writes of a field stand.
enum Standing {
    /// Those that no other covers. Of those that are left, and that none of them replaces, even by way of others:
    /// circles, of which the ones stand that no write from outside covers.
    static func of(_ writes: [MergeItem]) -> (standing: [MergeItem], hasCircle: Bool) {
        guard writes.count > 1 else { return (writes, false) }
        let claims = Claims(writes)
        var standing: [MergeItem] = []
        var rest: [MergeItem] = []
        for (index, write) in writes.enumerated() {
            // A write twice taken in may cover its own other dot: only the other writes' contexts count.
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

    /// Of writes that only each other cover: those whose circle nothing outside it covers. A set too large to be
    /// sorted out stands whole.
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

/// What many writes claim to have seen of each origin: the most, by whom, and the most of all others.
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

    /// Whether any but the one at `index` claims to have seen a dot.
    func cover(_ dot: Dot, without index: Int) -> Bool {
        guard let most = most[dot.origin] else { return false }
        return dot.seq <= (most.index == index ? most.others : most.seq)
    }
}
