/// The entries of one report, sorted. The whole state of the report is derived from them.
struct Fold {
    /// One entry for each dot, in the order of dots.
    let entries: [Entry]
    /// The writes in causal order: by depth, then id, then least dot.
    let items: [MergeItem]
    /// The join of all contexts after cuts.
    let claims: VersionVector
    /// The depth that counts, for each of `entries`.
    let depths: [UInt64]
    let lines: [Origin: OriginLine]

    /// A dot names one entry (invariant 1), so any of several copies at one dot will do.
    init(_ given: some Sequence<Entry>) {
        let entries = given.sorted { $0.dot < $1.dot }.reduce(into: [Entry]()) { kept, entry in
            if kept.last?.dot != entry.dot { kept.append(entry) }
        }
        let cuts = Self.cuts(in: entries)
        let contexts = entries.map { entry in cuts[entry.dot].map(entry.context.capped) ?? entry.context }
        var lines: [Origin: OriginLine] = [:]
        for entry in entries { lines[entry.dot.origin, default: OriginLine()].seqs.append(entry.dot.seq) }

        var depths = [UInt64](repeating: 0, count: entries.count)
        var items: [MergeItem] = []
        items.reserveCapacity(entries.count)
        let groups = Self.groups(entries)
        for group in groups.writes {
            let context = group.dropFirst().reduce(contexts[group[0]]) { $0.joined(contexts[$1]) }
            let claimed = group.reduce(0) { max($0, entries[$1].depth) }
            let depth = Self.depth(claimed, context: context, lines: lines)
            for index in group { depths[index] = depth }
            let entry = entries[group[0]]
            items.append(
                MergeItem(
                    id: entry.id, entry: entry, dots: group.map { entries[$0].dot }, context: context, depth: depth,
                    isIDReused: groups.reused.contains(entry.id)))
        }
        if items.count > 1 {
            items.sort { ($0.depth, $0.id, $0.entry.dot) < ($1.depth, $1.id, $1.entry.dot) }
        }
        for (entry, depth) in zip(entries, depths) { lines[entry.dot.origin]?.add(depth: depth) }
        self.entries = entries
        self.items = items
        self.depths = depths
        self.lines = lines
        claims = contexts.reduce(into: VersionVector()) { $0.join($1) }
    }

    /// At most one more than the number of entries that the context covers. An honest author's depth never exceeds
    /// that, since the author had seen an entry for each step of it. So a larger depth is capped.
    static func depth(_ claimed: UInt64, context: VersionVector, lines: [Origin: OriginLine]) -> UInt64 {
        var most: UInt64 = 1
        context.forEach { origin, seq in
            guard most < claimed, let line = lines[origin] else { return }
            most += UInt64(line.count(upTo: seq))
        }
        return min(claimed, most)
    }

    /// The caps on the context of the entry at each dot. Several cuts are combined.
    static func cuts(in entries: [Entry]) -> [Dot: [Origin: UInt64]] {
        var cuts: [Dot: [Origin: UInt64]] = [:]
        for entry in entries where entry.kind == .change {
            for cut in entry.change.cuts {
                cuts[cut.dot, default: [:]].merge(cut.seqs) { min($0, $1) }
            }
        }
        return cuts
    }

    /// For each write, the indexes of its copies in the order of dots; and the ids that stand for several writes.
    private static func groups(_ entries: [Entry]) -> (writes: [[Int]], reused: Set<EntryID>) {
        guard entries.count > 1 else { return (entries.indices.map { [$0] }, []) }
        var writes: [[Int]] = []
        var reused: Set<EntryID> = []
        for (id, same) in Dictionary(grouping: entries.indices, by: { entries[$0].id }) {
            guard same.count > 1 else {
                writes.append(same)
                continue
            }
            let variants = Dictionary(grouping: same) { Said(entries[$0]) }.values
            if variants.count > 1 { reused.insert(id) }
            writes += variants
        }
        return (writes, reused)
    }
}

/// The content of an entry without its id. Two entries with one id and equal content are copies of one write.
private struct Said: Hashable {
    let kind: Entry.Kind
    let author: [UInt8]
    let change: Change

    init(_ entry: Entry) {
        kind = entry.kind
        author = Array(entry.author.utf8)
        change = entry.change
    }
}

/// The entries of one origin in a report: their seqs, ascending, and the greatest depth up to each.
struct OriginLine: Hashable, Sendable {
    fileprivate(set) var seqs: [UInt64] = []
    private var depths: [UInt64] = []

    mutating func append(_ seq: UInt64, depth: UInt64) {
        seqs.append(seq)
        add(depth: depth)
    }

    mutating func add(depth: UInt64) { depths.append(max(depth, depths.last ?? 0)) }

    func count(upTo seq: UInt64) -> Int {
        if let last = seqs.last, last <= seq { return seqs.count }
        var (low, high) = (0, seqs.count)
        while low < high {
            let middle = (low + high) / 2
            if seqs[middle] <= seq { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The greatest depth among the entries up to a seq; 0 when there is none.
    func depth(upTo seq: UInt64) -> UInt64 {
        let count = count(upTo: seq)
        return count == 0 ? 0 : depths[count - 1]
    }
}
