import FieldpostCore

/// One entry of a report: who changed what, where and when. Entries are in causal order.
struct HistoryView: Encodable {
    private let entry: Entry
    private let isIDReused: Bool
    /// The gateway that gave the entry without a proof. Nil if its author sent it.
    private let through: NodeID?
    private let clocks: ClockCorrections

    private enum Keys: String, CodingKey {
        case entry, seq, depth, known, fields, notes, traces, attachments, removals, cuts, unconfirmed, through
        case idReused = "id_reused"
    }

    init(_ entry: Entry, of report: Report, through: NodeID? = nil, clocks: ClockCorrections) {
        self.entry = entry
        isIDReused = report.reusedIDs.contains(entry.id)
        self.through = through
        self.clocks = clocks
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
        if let through {
            try container.encode(true, forKey: .unconfirmed)
            try container.encode(through.description, forKey: .through)
        }
        if !entry.change.cuts.isEmpty { try container.encode(entry.change.cuts.count, forKey: .cuts) }
        if isIDReused { try container.encode(true, forKey: .idReused) }
        try Provenance(author: entry.author, origin: entry.dot.origin, stamp: entry.stamp, clocks: clocks)
            .encode(to: encoder)
    }
}
