import FieldpostCore

/// Who wrote something, where and when.
struct Provenance {
    /// As the terminal or console named its user; nil when it did not.
    let author: String?
    let node: String
    let incarnation: String
    /// By the wall clock of the node that took it in, which may be wrong; nil when it shows no year of four digits.
    let at: String?
    /// By this node's wall clock, where it measured the other one's.
    let corrected: CorrectedTime?

    enum Keys: String, CodingKey {
        case author, node, incarnation, at
        case correctedAt = "corrected_at"
        case correctedUncertainty = "corrected_uncertainty_ms"
    }

    init(author: String, origin: Origin, stamp: Stamp, clocks: ClockCorrections) {
        self.author = author.isEmpty ? nil : author
        node = origin.node.description
        incarnation = origin.incarnation.description
        at = Timestamp.text(stamp.wallMilliseconds)
        corrected = clocks.corrected(stamp, of: origin.node)
    }

    /// Writes its keys into the object that is being written.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(author, forKey: .author)
        try container.encode(node, forKey: .node)
        try container.encode(incarnation, forKey: .incarnation)
        try container.encodeIfPresent(at, forKey: .at)
        try container.encodeIfPresent(corrected?.at, forKey: .correctedAt)
        try container.encodeIfPresent(corrected?.uncertaintyMilliseconds, forKey: .correctedUncertainty)
    }
}
