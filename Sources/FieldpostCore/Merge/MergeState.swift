/// What is needed to merge one more entry into a report, without the contents of the other entries. With it, the
/// ten-thousandth entry of a report costs as much as the first. (Some cases still need a full fold: see `add`.)
///
/// It is made from all entries of a report. Then `add` takes further ones, as long as they only append. The result
/// always equals the state made from all entries.
package struct MergeState: Sendable {
    package let report: ReportID
    package private(set) var fields: [FieldName: Register]
    /// Covers all writes up to the first gap of each origin. It may name more origins than a context may: see
    /// `version`.
    private var seen: ReportVersion
    /// Ordered by origin.
    package private(set) var gaps: [Origin]
    package private(set) var counts: Counts
    /// How much each node wrote.
    package private(set) var usage: [NodeID: Usage]
    package private(set) var reusedIDs: Set<EntryID>
    private var lines: [Origin: OriginLine]
    private var claims: VersionVector
    /// The writes of each id.
    private var writes: [EntryID: [Written]]
    private var cutDots: Set<Dot>
    /// The entries that handle the report, in causal order, and what follows from them.
    private var steps: [MergeItem]
    package private(set) var summary: CaseSummary?
    private(set) var outline: CaseOutline
    /// The place of the first entry in causal order.
    private var first: (depth: UInt64, id: EntryID, dot: Dot)?

    /// What later entries need to know about one write.
    fileprivate struct Written {
        /// The dots of its copies, the least first.
        let dots: [Dot]
        /// Differs when two writes with one id differ.
        let content: Int
        /// How many notes, traces and attachments it added. Removals count them in this order.
        let elements: [Int]
        /// The indexes of the elements that were removed.
        var removed: Set<UInt32> = []
    }

    /// The number of entries and of the elements that stand.
    package struct Counts: Hashable, Sendable {
        package var entries = 0
        package var notes = 0
        package var traces = 0
        package var attachments = 0
    }

    /// How much one node wrote to a report. Entries with cuts are counted separately.
    package struct Usage: Hashable, Sendable {
        package var entries = 0
        package var bytes = 0
        package var cuts = 0
        package var cutBytes = 0

        package init() {}
    }

    /// The nodes that wrote any of its entries.
    package private(set) var authors: Set<NodeID>

    /// `entries`: all readable entries that are held of the report, each with its number of bytes. `authors`: the
    /// writers of entries that cannot be read.
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
        steps = fold.items.filter(\.handles)
        summary = folded.summary
        outline = folded.outline
        first = fold.items.first.map { ($0.depth, $0.id, $0.entry.dot) }
        // The counts above already leave out removed elements.
        for item in fold.items where item.entry.kind == .change { _ = remove(item.entry.change, item.context) }
    }

    /// The estimated memory that it takes.
    package var reckonedBytes: Int {
        let texts = fields.values.reduce(0) { sum, register in
            register.siblings.reduce(sum) { $0 + $1.value.textBytes + 200 * $1.writes.count }
        }
        return 300 * counts.entries + 500 * steps.count + texts
    }

    /// What a reader of this report has seen.
    package var version: ReportVersion { seen.limited(keeping: fields) }

    package var isConflict: Bool { fields.isConflict }

    /// The least dot of each write with an id; empty when the id is new. There are several when their contents differ.
    package func dots(of id: EntryID) -> [Dot] { (writes[id] ?? []).map { $0.dots[0] } }

    /// The part of a client's version that counts here: of each origin no more than is held without a gap, and the
    /// depth that follows from that. The rest was seen elsewhere, or never. The edit then stands beside it.
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

    /// Whether an entry held here claims to have seen this dot.
    package func claims(_ dot: Dot) -> Bool { claims.covers(dot) }

    /// Adds one more entry of `bytes` bytes. Returns false, and changes nothing, when all entries must be folded again.
    /// That is so when the entry comes before others of its origin, is a copy, cuts a context or is cut, is claimed to
    /// have been seen, or writes a field where writes cover each other.
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
        handle(entry, depth: depth)
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
            fields[field] = fields[field]?.adding(write, seeing: entry.context) ?? Register(only: write, of: field)
        }
    }

    /// Adds a step. A step that is stored twice, or whose id was used twice, makes no difference for the others.
    private mutating func handle(_ entry: Entry, depth: UInt64) {
        let item = MergeItem(
            id: entry.id, entry: entry, dots: [entry.dot], context: entry.context, depth: depth,
            isIDReused: reusedIDs.contains(entry.id))
        let order = (item.depth, item.id, item.entry.dot)
        if first.map({ order < ($0.depth, $0.id, $0.dot) }) ?? true {
            first = order
            outline.reported = entry.stamp.wallMilliseconds
        }
        guard item.handles else { return }
        let end = steps.lastIndex { ($0.depth, $0.id, $0.entry.dot) < order } ?? -1
        steps.insert(item, at: end + 1)
        let handling = Case.ofFew(steps)
        summary = CaseSummary(steps, fields: fields, handling: handling)
        outline.follow(steps, summary, handling)
    }

    /// Removes elements that the author had seen. Returns the kind of each removed element: 0 a note, 1 a trace, 2 an
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

    /// Extends `seen` when the entry follows its origin's last one. When an entry is missing between, `seen` stops for
    /// that origin.
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

    /// The list of the entry that contains an index; nil beyond all lists.
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
