import FieldpostCore

/// One of several values of a field that are in conflict. The first one is the value that every node shows. A value
/// that several authors set is listed once.
struct SiblingView: Encodable {
    let entry: String
    let value: ValueView
    let label: Label?
    let provenance: Provenance
    /// Another write with this entry id has different content.
    let isIDReused: Bool
    /// The other writes of the same value.
    let also: [WriteView]

    private enum Keys: String, CodingKey {
        case entry, value, label, also
        case idReused = "id_reused"
    }

    /// Another write of the same value.
    struct WriteView: Encodable {
        let entry: String
        let isIDReused: Bool
        let provenance: Provenance

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(entry, forKey: .entry)
            if isIDReused { try container.encode(true, forKey: .idReused) }
            try provenance.encode(to: encoder)
        }
    }

    init(_ sibling: Sibling, field: FieldName, clocks: ClockCorrections, catalogue: Catalogue) {
        entry = sibling.entry.description
        value = ValueView(field: field, value: sibling.value)
        label = Label(field, sibling.value, catalogue)
        provenance = Provenance(
            author: sibling.author, origin: sibling.origin, stamp: sibling.stamp, clocks: clocks)
        isIDReused = sibling.writes[0].isIDReused
        also = sibling.writes.dropFirst().map { write in
            WriteView(
                entry: write.entry.description, isIDReused: write.isIDReused,
                provenance: Provenance(
                    author: write.author, origin: write.origin, stamp: write.stamp, clocks: clocks))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(entry, forKey: .entry)
        try container.encode(value, forKey: .value)
        try container.encodeIfPresent(label, forKey: .label)
        if isIDReused { try container.encode(true, forKey: .idReused) }
        if !also.isEmpty { try container.encode(also, forKey: .also) }
        try provenance.encode(to: encoder)
    }
}
