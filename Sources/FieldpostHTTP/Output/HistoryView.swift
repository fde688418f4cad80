import FieldpostCore

/// One entry of a report: who changed what, where and when. In causal order.
struct HistoryView: Encodable {
    let entry: Entry
    let clocks: ClockCorrections

    private enum Keys: String, CodingKey {
        case entry, seq, depth, known, fields, notes, traces, attachments, removals
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(entry.id.description, forKey: .entry)
        try container.encode(entry.dot.seq, forKey: .seq)
        try container.encode(entry.depth, forKey: .depth)
        try container.encode(entry.kind == .change, forKey: .known)
        try container.encode(ValueView.all(entry.change.fields), forKey: .fields)
        try container.encode(entry.change.notes.count, forKey: .notes)
        try container.encode(entry.change.traces.count, forKey: .traces)
        try container.encode(entry.change.attachments.count, forKey: .attachments)
        try container.encode(entry.change.removals.count, forKey: .removals)
        try Provenance(author: entry.author, origin: entry.dot.origin, stamp: entry.stamp, clocks: clocks)
            .encode(to: encoder)
    }
}
