import FieldpostCore

/// One of the values that stand side by side in a field. The first is the one every node shows.
struct SiblingView: Encodable {
    let entry: String
    let value: ValueView
    let label: Label?
    let provenance: Provenance

    private enum Keys: String, CodingKey {
        case entry, value, label
    }

    init(_ sibling: Sibling, field: FieldName, clocks: ClockCorrections) {
        entry = sibling.entry.description
        value = ValueView(field: field, value: sibling.value)
        label = Label(field, sibling.value)
        provenance = Provenance(
            author: sibling.author, origin: sibling.origin, stamp: sibling.stamp, clocks: clocks)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(entry, forKey: .entry)
        try container.encode(value, forKey: .value)
        try container.encodeIfPresent(label, forKey: .label)
        try provenance.encode(to: encoder)
    }
}
