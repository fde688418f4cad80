/// The entries fold to the same report, and so to the same `digest`, in any order and grouping, and with any
/// repetition.
package struct Report: Hashable, Sendable {
    package let id: ReportID
    package let fields: [FieldName: Register]
    /// In causal order, like the next two lists.
    package let notes: [Element<Note>]
    package let traces: [Element<Trace>]
    package let attachments: [Element<Attachment>]
    /// What a reader of this report has seen: it stops before the first gap of each origin.
    package let version: ReportVersion
    /// Origins with a missing entry of this report (corruption, filtered feed, repair in progress).
    package let gaps: [Origin]
    /// The entries in causal order (depth, then id), one for each write.
    package let history: [Entry]
    /// Entry ids that stand for writes with different contents.
    package let reusedIDs: Set<EntryID>
    /// The report as it is handled.
    package let handling: Case
    /// What lists find it by. Nil if nobody took a step.
    package let summary: CaseSummary?
    let outline: CaseOutline

    package init(id: ReportID, folding entries: some Sequence<Entry>) {
        self.init(id: id, Fold(entries))
    }

    init(id: ReportID, _ fold: Fold) {
        let merged = fold.items.filter { $0.entry.kind == .change }
        // For each removed element, the join of the contexts of all its removals. It covers the element's dot exactly
        // when one of them saw it.
        let removed = merged.reduce(into: [ElementID: VersionVector]()) { removed, item in
            for element in item.entry.change.removals { removed[element, default: VersionVector()].join(item.context) }
        }
        self.id = id
        fields = Self.registers(of: merged)
        notes = Self.elements(of: merged, removed, offset: { _ in 0 }, \.notes)
        traces = Self.elements(of: merged, removed, offset: { $0.notes.count }, \.traces)
        attachments = Self.elements(
            of: merged, removed, offset: { $0.notes.count + $0.traces.count }, \.attachments)
        let seen: ReportVersion
        (seen, gaps) = Self.version(of: fold)
        version = seen.limited(keeping: fields)
        history = fold.items.map(\.entry)
        reusedIDs = Set(fold.items.lazy.filter(\.isIDReused).map(\.id))
        handling = Case(fold)
        let handled = fold.items.filter(\.handles)
        let few = handled.count > Limits.summarizedSteps ? nil : handling
        summary = CaseSummary(handled, fields: fields, handling: few)
        var outline = CaseOutline(reported: fold.items.first?.entry.stamp.wallMilliseconds ?? 0)
        outline.follow(handled, summary, few)
        self.outline = outline
    }

    package var isConflict: Bool { fields.isConflict }

    /// The value shown for a field; nil when it was never set or is emptied.
    package func value(of field: FieldName) -> FieldValue? { fields.value(of: field) }

    /// The text shown for a field; nil also when the value is not a text.
    package func text(of field: FieldName) -> String? { fields.text(of: field) }

    /// The dots of the entries that claim, after all cuts, to have seen this dot.
    package static func claimants(of dot: Dot, among entries: [Entry]) -> [Dot] {
        Fold(entries).items.filter { $0.context.covers(dot) }.flatMap(\.dots)
    }

    /// The caps on the context of the entry at each dot, by the cuts among the entries of its report.
    package static func cuts(among entries: [Entry]) -> [Dot: [Origin: UInt64]] { Fold.cuts(in: entries) }

    private static func registers(of items: [MergeItem]) -> [FieldName: Register] {
        if items.count == 1 {
            let only = items[0].entry.change.fields.map { ($0, Register(only: items[0].write($1), of: $0)) }
            return Dictionary(uniqueKeysWithValues: only)
        }
        var writes: [FieldName: [MergeItem]] = [:]
        for item in items {
            for field in item.entry.change.fields.keys { writes[field, default: []].append(item) }
        }
        return writes.reduce(into: [:]) { $0[$1.key] = Register(of: $1.key, in: $1.value) }
    }

    /// An added element stands unless an author who had seen it removed it.
    private static func elements<Value>(
        of items: [MergeItem], _ removed: [ElementID: VersionVector], offset: (Change) -> Int,
        _ list: (Change) -> [Value]
    ) -> [Element<Value>] {
        items.flatMap { item in
            list(item.entry.change).enumerated().compactMap { index, value in
                let id = ElementID(entry: item.id, index: UInt32(offset(item.entry.change) + index))
                let isRemoved = removed[id].map { seen in item.dots.contains(where: seen.covers) } ?? false
                return isRemoved ? nil : Element(id: id, value: value, item: item)
            }
        }
    }

    /// Follows each origin's entries by their previous seqs, and stops where one is missing.
    static func version(of fold: Fold) -> (ReportVersion, [Origin]) {
        var version = ReportVersion()
        var gaps: [Origin] = []
        for (entry, depth) in zip(fold.entries, fold.depths) where entry.dot.origin != gaps.last {
            guard entry.previousSeq == version.context[entry.dot.origin] else {
                gaps.append(entry.dot.origin)
                continue
            }
            version.context.include(entry.dot)
            version.depth = max(version.depth, depth)
        }
        return (version, gaps)
    }
}

extension [FieldName: Register] {
    /// The value shown for a field; nil when it was never set or is emptied.
    package func value(of field: FieldName) -> FieldValue? {
        guard let value = self[field]?.winner.value, value != .cleared else { return nil }
        return value
    }

    /// The text shown for a field; nil also when the value is not a text.
    package func text(of field: FieldName) -> String? {
        if case .text(let text) = value(of: field) { text } else { nil }
    }
}

/// One member of a report's notes, traces or attachments.
package struct Element<Value: Hashable & Sendable>: Hashable, Sendable {
    /// When `isIDReused` is true, another element may have the same id.
    package let id: ElementID
    package let value: Value
    package let author: String
    /// The dot of its entry; the least one when there are copies.
    package let dot: Dot
    package let stamp: Stamp
    /// Another write with the entry's id has different content.
    package let isIDReused: Bool

    init(id: ElementID, value: Value, item: MergeItem) {
        self.id = id
        self.value = value
        author = item.entry.author
        dot = item.entry.dot
        stamp = item.entry.stamp
        isIDReused = item.isIDReused
    }

    package var origin: Origin { dot.origin }
}

/// What a reader has seen of a report: a version vector, and the depth of the deepest entry in it.
package struct ReportVersion: Hashable, Sendable {
    package var context: VersionVector
    /// 0 when nothing was seen.
    package var depth: UInt64

    package init(context: VersionVector = VersionVector(), depth: UInt64 = 0) {
        self.context = context
        self.depth = depth
    }

    /// Keeps only as many origins as a context may name. Origins whose values stand are kept first. Values that were
    /// replaced stay replaced, so leaving out the other origins hides nothing and brings nothing back.
    func limited(keeping fields: [FieldName: Register]) -> ReportVersion {
        guard context.count > Limits.contextOrigins else { return self }
        let standing = fields.values.reduce(into: Set<Origin>()) { origins, register in
            for write in register.siblings.flatMap(\.writes) { origins.formUnion(write.dots.map(\.origin)) }
        }
        let ordered =
            context.pairs.filter { standing.contains($0.origin) }
            + context.pairs.filter { !standing.contains($0.origin) }
        return ReportVersion(
            context: VersionVector(ordered.prefix(Limits.contextOrigins).map { ($0.origin, $0.seq) }), depth: depth)
    }
}
