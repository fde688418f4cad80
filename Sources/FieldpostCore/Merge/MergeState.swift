/// What one more entry of a report needs to be merged, without what the entries say: with it, adding to a report costs
/// the same at its ten-thousandth entry as at its first. (Copies, cuts, and what stands before others or in a circle
/// are dear: see `add`.)
///
/// Made of all entries of a report; then `add` takes further ones, as long as they only add at the end. It always
/// equals the one that is made of all of them.
package struct MergeState: Sendable {
    package let report: ReportID
    package private(set) var fields: [FieldName: Register]
    /// Of all writes without a gap. Not limited to what a context may name: see `version`.
    private var seen: ReportVersion
    /// In the order of origins.
    package private(set) var gaps: [Origin]
    package private(set) var counts: Counts
    /// Who wrote how much of it.
    package private(set) var usage: [NodeID: Usage]
    package private(set) var reusedIDs: Set<EntryID>
    private var lines: [Origin: OriginLine]
    private var claims: VersionVector
    /// The writes of each id.
    private var writes: [EntryID: [Written]]
    private var cutDots: Set<Dot>

    /// One write, as far as later ones ask.
    fileprivate struct Written {
        /// Where its copies stand; the least first.
        let dots: [Dot]
        /// Differs where two writes of one id differ.
        let content: Int
        /// How many notes, traces and attachments it added, one behind the other as its removals count them.
        let elements: [Int]
        /// Those that are taken away.
        var removed: Set<UInt32> = []
    }

    /// How many of each there are.
    package struct Counts: Hashable, Sendable {
        package var entries = 0
        package var notes = 0
        package var traces = 0
        package var attachments = 0
    }

    /// How much one node wrote of a report, its cuts apart.
    package struct Usage: Hashable, Sendable {
        package var entries = 0
        package var bytes = 0
        package var cuts = 0
        package var cutBytes = 0

        package init() {}
    }

    /// Who wrote any of it.
    package private(set) var authors: Set<NodeID>

    /// `entries`: all that are held of the report and can be read, each with the number of its bytes. `authors`: who
    /// wrote any that cannot.
    package init(report: ReportID, folding entries: [(entry: Entry, bytes: Int)], authors: Set<NodeID> = []) {
        let fold = Fold(entries.lazy.map(\.entry))
        let folded = Report(id: report, fold)
        self.report = report
        fields = folded.fields
        (seen, gaps) = Report.version(of: fold)
        counts = Counts(
            entries: fold.entries.count, notes: folded.notes.count, traces: folded.traces.count,
            attachments: folded.attachments.count)
        reusedIDs = folded.reusedIDs
        lines = fold.lines
        claims = fold.claims
        usage = [:]
        for (entry, bytes) in entries { usage[entry.dot.origin.node, default: Usage()].add(entry, bytes: bytes) }
        self.authors = authors.union(usage.keys)
        writes = [:]
        for item in fold.items { writes[item.id, default: []].append(Written(item.entry, at: item.dots)) }
        cutDots = Set(fold.entries.flatMap { $0.change.cuts.map(\.dot) })
        // What is taken away is counted already.
        for item in fold.items where item.entry.kind == .change { _ = remove(item.entry.change, item.context) }
    }

    /// What it takes in memory, as reckoned.
    package var reckonedBytes: Int {
        let texts = fields.values.reduce(0) { sum, register in
            register.siblings.reduce(sum) { $0 + $1.value.textBytes + 200 * $1.writes.count }
        }
        return 300 * counts.entries + texts
    }

    /// What can be handed out as seen.
    package var version: ReportVersion { seen.limited(keeping: fields) }

    package var isConflict: Bool { fields.values.contains(where: \.isConflict) }

    /// The dots of the writes with an id, one for each that says something else; empty when it is new.
    package func dots(of id: EntryID) -> [Dot] { (writes[id] ?? []).map { $0.dots[0] } }

    /// A version as a client sent it, as far as it can count here: no more of each origin than is held without a gap,
    /// and the depth that follows from that. What is left out was seen elsewhere, or nowhere: the edit stands beside
    /// it.
    package func held(of version: ReportVersion) -> ReportVersion {
        var held = ReportVersion()
        version.context.forEach { origin, seq in
            let heldSeq = min(seq, seen.context[origin])
            guard let line = lines[origin], line.count(upTo: heldSeq) > 0 else { return }
            held.context.include(Dot(origin, heldSeq))
            held.depth = max(held.depth, line.depth(upTo: heldSeq))
        }
        return held.limited(keeping: fields)
    }

    /// Whether an entry held here claims to have seen what will stand at a dot.
    package func claims(_ dot: Dot) -> Bool { claims.covers(dot) }

    /// Takes in one more entry of `bytes` bytes. Returns false, and changes nothing, where that takes more than is kept
    /// here: it stands before others of its origin, is a copy, cuts a context or is cut, is claimed to have been seen,
    /// or writes a field where writes cover each other. Then all entries are to be folded anew.
    package mutating func add(_ entry: Entry, bytes: Int) -> Bool {
        let (origin, last) = (entry.dot.origin, lines[entry.dot.origin]?.seqs.last ?? 0)
        let written = Written(entry, at: [entry.dot])
        guard entry.report == report, entry.dot.seq > last, !claims.covers(entry.dot), entry.change.cuts.isEmpty,
            !cutDots.contains(entry.dot), writes[entry.id]?.contains(where: { $0.content == written.content }) != true,
            !entry.change.fields.keys.contains(where: { fields[$0]?.hasCircle == true })
        else { return false }
        if writes[entry.id] != nil, reusedIDs.insert(entry.id).inserted {
            fields = fields.mapValues { $0.marking(entry.id) }
        }
        let depth = Fold.depth(entry.depth, context: entry.context, lines: lines)
        if entry.kind == .change {
            set(entry, depth: depth)
            counts.notes += entry.change.notes.count
            counts.traces += entry.change.traces.count
            counts.attachments += entry.change.attachments.count
            for kind in remove(entry.change, entry.context) { counts.remove(kind) }
        }
        counts.entries += 1
        lines[origin, default: OriginLine()].append(entry.dot.seq, depth: depth)
        see(entry, depth: depth)
        claims.join(entry.context)
        writes[entry.id, default: []].append(written)
        usage[origin.node, default: Usage()].add(entry, bytes: bytes)
        authors.insert(origin.node)
        return true
    }

    private mutating func set(_ entry: Entry, depth: UInt64) {
        for (field, value) in entry.change.fields {
            let write = FieldWrite(
                entry: entry.id, depth: depth, value: value, author: entry.author, origin: entry.dot.origin,
                stamp: entry.stamp, isIDReused: reusedIDs.contains(entry.id), dots: [entry.dot])
            fields[field] = fields[field]?.adding(write, seeing: entry.context) ?? Register(only: write)
        }
    }

    /// Takes elements away that the author had seen. Returns of each that stood what it was: 0 a note, 1 a trace, 2 an
    /// attachment.
    private mutating func remove(_ change: Change, _ context: VersionVector) -> [Int] {
        var kinds: [Int] = []
        for element in change.removals {
            for index in (writes[element.entry] ?? []).indices {
                guard let written = writes[element.entry]?[index], written.dots.contains(where: context.covers),
                    let kind = written.kind(at: element.index),
                    writes[element.entry]?[index].removed.insert(element.index).inserted == true
                else { continue }
                kinds.append(kind)
            }
        }
        return kinds
    }

    /// What can be handed out as seen goes on with an entry that follows its origin's last one, and stops for good
    /// where one is missing between.
    private mutating func see(_ entry: Entry, depth: UInt64) {
        let origin = entry.dot.origin
        guard !gaps.contains(origin) else { return }
        guard entry.previousSeq == seen.context[origin] else {
            gaps = (gaps + [origin]).sorted()
            return
        }
        seen.context.include(entry.dot)
        seen.depth = max(seen.depth, depth)
    }
}

extension MergeState.Written {
    fileprivate init(_ entry: Entry, at dots: [Dot]) {
        self.dots = dots
        var hasher = Hasher()
        hasher.combine(entry.kind)
        hasher.combine(entry.change)
        entry.author.hashBytes(into: &hasher)
        content = hasher.finalize()
        let change = entry.kind == .change ? entry.change : Change()
        elements = [change.notes.count, change.traces.count, change.attachments.count]
    }

    /// Which list of the entry an index falls into; nil beyond them.
    fileprivate func kind(at index: UInt32) -> Int? {
        var end = 0
        for (kind, count) in elements.enumerated() {
            end += count
            if index < end { return kind }
        }
        return nil
    }
}

extension MergeState.Counts {
    fileprivate mutating func remove(_ kind: Int) {
        switch kind {
        case 0: notes -= 1
        case 1: traces -= 1
        default: attachments -= 1
        }
    }
}

extension MergeState.Usage {
    package mutating func add(_ entry: Entry, bytes more: Int) {
        if entry.change.cuts.isEmpty {
            entries += 1
            bytes += more
        } else {
            cuts += 1
            cutBytes += more
        }
    }
}
