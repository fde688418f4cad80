/// The domain object (事件): a pure function of the set of its entries.
///
/// Any order, any grouping and any repetition of the entries folds to the same report, and so to the same `digest`.
package struct Report: Hashable, Sendable {
    package let id: ReportID
    package let fields: [FieldName: Register]
    package let notes: [Element<Note>]
    package let traces: [Element<Trace>]
    package let attachments: [Element<Attachment>]
    /// What can be handed out as seen: stops before the first gap of each origin.
    package let version: ReportVersion
    /// Origins of which an entry of this report is missing here (rot, filtered feed, repair under way).
    package let gaps: [Origin]
    /// The entries in causal order (depth, then id), one for each entry id.
    package let history: [Entry]

    /// A dot names one entry (invariant 1), so of several copies at one dot any will do.
    package init(id: ReportID, folding entries: some Sequence<Entry>) {
        let distinct = entries.sorted { $0.dot < $1.dot }.reduce(into: [Entry]()) { kept, entry in
            if kept.last?.dot != entry.dot { kept.append(entry) }
        }
        let items = Self.items(of: distinct)
        let merged = items.filter { $0.entry.kind == .change }
        let removed = merged.reduce(into: Set<ElementID>()) { $0.formUnion($1.entry.change.removals) }

        self.id = id
        fields = Self.registers(of: merged)
        notes = Self.elements(of: merged, without: removed, offset: { _ in 0 }, \.notes)
        traces = Self.elements(of: merged, without: removed, offset: { $0.notes.count }, \.traces)
        attachments = Self.elements(
            of: merged, without: removed, offset: { $0.notes.count + $0.traces.count }, \.attachments)
        (version, gaps) = Self.version(of: distinct)
        history = items.map(\.entry)
    }

    package var isConflict: Bool { fields.values.contains { $0.isConflict } }

    /// The value shown for a field; nil when it was never set or is emptied.
    package func value(of field: FieldName) -> FieldValue? {
        guard let value = fields[field]?.winner.value, value != .cleared else { return nil }
        return value
    }

    /// The text shown for a field; nil also when the value is no text.
    package func text(of field: FieldName) -> String? {
        if case .text(let text) = value(of: field) { text } else { nil }
    }

    /// One item for each entry id, in causal order. Most reports have one entry: that way is short.
    private static func items(of entries: [Entry]) -> [MergeItem] {
        guard entries.count > 1 else { return entries.map { MergeItem(copies: [$0]) } }
        return Dictionary(grouping: entries, by: \.id).values.map(MergeItem.init(copies:)).sorted {
            ($0.depth, $0.id) < ($1.depth, $1.id)
        }
    }

    private static func registers(of items: [MergeItem]) -> [FieldName: Register] {
        if items.count == 1 { return items[0].entry.change.fields.mapValues { Register(only: items[0].sibling($0)) } }
        var writes: [FieldName: [MergeItem]] = [:]
        for item in items {
            for field in item.entry.change.fields.keys { writes[field, default: []].append(item) }
        }
        return writes.reduce(into: [:]) { $0[$1.key] = Register(of: $1.key, in: $1.value) }
    }

    private static func elements<Value>(
        of items: [MergeItem], without removed: Set<ElementID>, offset: (Change) -> Int, _ list: (Change) -> [Value]
    ) -> [Element<Value>] {
        items.flatMap { item in
            list(item.entry.change).enumerated().compactMap { index, value in
                let id = ElementID(entry: item.id, index: UInt32(offset(item.entry.change) + index))
                return removed.contains(id) ? nil : Element(id: id, value: value, entry: item.entry)
            }
        }
    }

    /// Follows each origin's entries by the previous seq they name, and stops where one is missing. `entries` are in
    /// the order of their dots.
    private static func version(of entries: [Entry]) -> (ReportVersion, [Origin]) {
        var version = ReportVersion()
        var gaps: [Origin] = []
        for entry in entries where entry.dot.origin != gaps.last {
            guard entry.previousSeq == version.clock[entry.dot.origin] else {
                gaps.append(entry.dot.origin)
                continue
            }
            version.clock.include(entry.dot)
            version.depth = max(version.depth, entry.depth)
        }
        return (version, gaps)
    }
}

/// One member of a report's notes, traces or attachments.
package struct Element<Value: Hashable & Sendable>: Hashable, Sendable {
    package let id: ElementID
    package let value: Value
    package let author: String
    package let origin: Origin
    package let stamp: Stamp

    init(id: ElementID, value: Value, entry: Entry) {
        self.id = id
        self.value = value
        author = entry.author
        origin = entry.dot.origin
        stamp = entry.stamp
    }
}

/// What somebody has seen of a report: its clock, and the depth of the deepest entry in it.
package struct ReportVersion: Hashable, Sendable {
    package var clock: VersionVector
    /// 0 when nothing was seen.
    package var depth: UInt64

    package init(clock: VersionVector = VersionVector(), depth: UInt64 = 0) {
        self.clock = clock
        self.depth = depth
    }
}
