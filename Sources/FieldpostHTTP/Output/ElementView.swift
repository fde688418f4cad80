import FieldpostCore

/// A note, a trace or an attachment of a report.
struct ElementView: Encodable {
    /// The entry that added it, and the index in that entry.
    let id: String
    let provenance: Provenance
    let isIDReused: Bool
    let content: Content

    enum Content {
        case note(Note)
        case trace(Trace)
        case attachment(AttachmentView)
    }

    private enum Keys: String, CodingKey {
        case id, text, stage, department, comment, label, audience
        case idReused = "id_reused"
    }

    init<Value>(_ element: Element<Value>, clocks: ClockCorrections, _ content: (Value) -> Content) {
        id = element.shownID
        provenance = Provenance(
            author: element.author, origin: element.origin, stamp: element.stamp, clocks: clocks)
        isIDReused = element.isIDReused
        self.content = content(element.value)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(id, forKey: .id)
        if isIDReused { try container.encode(true, forKey: .idReused) }
        try provenance.encode(to: encoder)
        switch content {
        case .note(let note):
            try container.encode(note.text, forKey: .text)
            try container.encode(note.audience.name, forKey: .audience)
        case .trace(let trace):
            if !trace.stage.isEmpty {
                try container.encode(trace.stage, forKey: .stage)
                try container.encodeIfPresent(Label(stage: trace.stage), forKey: .label)
            }
            if !trace.department.isEmpty { try container.encode(trace.department, forKey: .department) }
            try StepFacts(trace, withReason: false).encode(to: encoder)
            if !trace.text.isEmpty {
                try container.encode(trace.text, forKey: .comment)
                try container.encode(trace.audience.name, forKey: .audience)
            }
        case .attachment(let attachment):
            try attachment.encode(to: encoder)
        }
    }
}
