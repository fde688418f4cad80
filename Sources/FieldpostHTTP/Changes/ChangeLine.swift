import FieldpostCore
import FieldpostStore

/// One line of the feed.
struct ChangeLine: Encodable {
    enum Content {
        case change(RecordedChange, ClockCorrections)
        /// The reader's cursor counts no longer.
        case reset
        /// How far this answer looked.
        case cursor(isEnd: Bool)
    }

    let content: Content
    let cursor: ChangeCursor

    init(_ content: Content, _ cursor: ChangeCursor) { (self.content, self.cursor) = (content, cursor) }

    /// The name of the event in a stream.
    var type: String {
        switch content {
        case .change: "change"
        case .reset: "reset"
        case .cursor: "cursor"
        }
    }

    private enum Keys: String, CodingKey {
        case type, cursor, kinds, report, entry, seq, fields, notes, steps, attachments, removals, text, setting, stage
        case deadline, more, detail
        case raisedAt = "raised_at"
    }

    private static let detail =
        "This node began a new history, for example because it was restored from a copy. What it told after that copy "
        + "was made may be gone, or come again. Read what you need from its lists, and go on from this cursor; or read "
        + "everything again with since=0."

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(type, forKey: .type)
        try container.encode(cursor.text, forKey: .cursor)
        switch content {
        case .reset: try container.encode(Self.detail, forKey: .detail)
        case .cursor(let isEnd): try container.encode(!isEnd, forKey: .more)
        case .change(let change, let clocks):
            try container.encode(change.kinds.map(\.rawValue), forKey: .kinds)
            try container.encodeIfPresent(change.report?.description, forKey: .report)
            switch change.content {
            case .event: break
            case .missing(let dot):
                try container.encode(dot.seq, forKey: .seq)
                var place = encoder.container(keyedBy: Provenance.Keys.self)
                try place.encode(dot.origin.node.description, forKey: .node)
                try place.encode(dot.origin.incarnation.description, forKey: .incarnation)
            case .deadline(let event):
                if !event.stage.isEmpty { try container.encode(event.stage, forKey: .stage) }
                try container.encodeIfPresent(Timestamp.text(event.deadline), forKey: .deadline)
                try container.encodeIfPresent(Timestamp.text(event.raisedAt), forKey: .raisedAt)
            case .entry(let entry):
                try encode(entry, into: &container)
                try Provenance(author: entry.author, origin: entry.dot.origin, stamp: entry.stamp, clocks: clocks)
                    .encode(to: encoder)
            }
        }
    }

    private func encode(_ entry: Entry, into container: inout KeyedEncodingContainer<Keys>) throws {
        try container.encode(entry.id.description, forKey: .entry)
        try container.encode(entry.dot.seq, forKey: .seq)
        let change = entry.change
        switch entry.kind {
        case .incident, .auditEvent: try container.encodeIfPresent(change.notes.first?.text, forKey: .text)
        case .setting: try container.encodeIfPresent(CentralSetting(change)?.name, forKey: .setting)
        case .change, .unknown:
            if !change.fields.isEmpty { try container.encode(ValueView.all(change.fields), forKey: .fields) }
            let steps = change.traces.map(\.stage).filter { !$0.isEmpty }
            if !steps.isEmpty { try container.encode(steps, forKey: .steps) }
            if !change.notes.isEmpty { try container.encode(change.notes.count, forKey: .notes) }
            if !change.attachments.isEmpty { try container.encode(change.attachments.count, forKey: .attachments) }
            if !change.removals.isEmpty { try container.encode(change.removals.count, forKey: .removals) }
        }
    }
}
