/// What one more entry of a report needs to be merged, without what the entries say: with it, adding to a report costs
/// the same at its ten-thousandth entry as at its first.
///
/// Made of all entries of a report; then `add` takes further ones, as long as they only add at the end. It always
/// equals the one that is made of all of them.
package struct MergeState: Sendable {
    package let report: ReportID
    package private(set) var fields: [FieldName: Register]
    /// Of all writes without a gap. Not limited to what a context may name: see `version`.
    private var seen: ReportVersion
    package let gaps: [Origin]
    package private(set) var counts: Counts
    /// Who wrote how much of it.
    package private(set) var usage: [NodeID: Usage]
    package private(set) var reusedIDs: Set<EntryID>
    private var lines: [Origin: OriginLine]
    private var claims: VersionVector
    /// Where the writes of each id stand, one dot for each write.
    private var writes: [EntryID: [Dot]]
    private var cutDots: Set<Dot>
    private let hasCircles: Bool

    /// How many of each there are.
    package struct Counts: Hashable, Sendable {
        package var entries = 0
        package var notes = 0
        package var traces = 0
        package var attachments = 0
    }

    /// How much one node wrote of a report.
    package struct Usage: Hashable, Sendable {
        package var entries = 0
        package var bytes = 0

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
        for (entry, bytes) in entries { usage[entry.dot.origin.node, default: Usage()].add(bytes) }
        self.authors = authors.union(usage.keys)
        writes = [:]
        for item in fold.items { writes[item.id, default: []].append(item.entry.dot) }
        cutDots = Set(fold.entries.flatMap { $0.change.cuts.map(\.dot) })
        hasCircles = folded.fields.values.contains(where: \.hasCircle)
    }

    /// What can be handed out as seen.
    package var version: ReportVersion { seen.limited(keeping: fields) }

    package var isConflict: Bool { fields.values.contains(where: \.isConflict) }

    /// The dots of the writes with an id, one for each that says something else; empty when it is new.
    package func dots(of id: EntryID) -> [Dot] { writes[id] ?? [] }

    /// A version as a client sent it, as far as it can count here: no more of each origin than is held, and the depth
    /// that follows from that. What is left out was seen elsewhere, or nowhere: the edit stands beside it.
    package func held(of version: ReportVersion) -> ReportVersion {
        var held = ReportVersion()
        version.clock.forEach { origin, seq in
            guard let line = lines[origin], let last = line.seqs.last, line.count(upTo: seq) > 0 else { return }
            held.clock.include(Dot(origin, min(seq, last)))
            held.depth = max(held.depth, line.depth(upTo: seq))
        }
        return held.limited(keeping: fields)
    }

    /// Whether an entry held here claims to have seen what will stand at a dot.
    package func claims(_ dot: Dot) -> Bool { claims.covers(dot) }

    /// Takes in one more entry of `bytes` bytes. Returns false, and changes nothing, where that takes more than is kept
    /// here: then all entries are to be folded anew.
    package mutating func add(_ entry: Entry, bytes: Int) -> Bool {
        let origin = entry.dot.origin
        let last = lines[origin]?.seqs.last ?? 0
        guard entry.dot.seq > last, entry.previousSeq == last, seen.clock[origin] == last, !gaps.contains(origin),
            !claims.covers(entry.dot), writes[entry.id] == nil, !hasCircles, !cutDots.contains(entry.dot),
            entry.change.removals.isEmpty, entry.change.cuts.isEmpty, entry.report == report
        else { return false }
        let depth = Fold.depth(entry.depth, context: entry.clock, lines: lines)
        if entry.kind == .change {
            for (field, value) in entry.change.fields {
                let write = FieldWrite(
                    entry: entry.id, depth: depth, value: value, author: entry.author, origin: origin,
                    stamp: entry.stamp, isIDReused: false, dots: [entry.dot])
                fields[field] = fields[field]?.adding(write, seeing: entry.clock) ?? Register(only: write)
            }
            counts.notes += entry.change.notes.count
            counts.traces += entry.change.traces.count
            counts.attachments += entry.change.attachments.count
        }
        counts.entries += 1
        lines[origin, default: OriginLine()].append(entry.dot.seq, depth: depth)
        seen.clock.include(entry.dot)
        seen.depth = max(seen.depth, depth)
        claims.join(entry.clock)
        writes[entry.id] = [entry.dot]
        usage[origin.node, default: Usage()].add(bytes)
        authors.insert(origin.node)
        return true
    }
}

extension MergeState.Usage {
    package mutating func add(_ more: Int) {
        entries += 1
        bytes += more
    }
}
