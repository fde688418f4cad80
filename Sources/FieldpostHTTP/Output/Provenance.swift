import FieldpostCore

/// Who wrote something, where and when.
struct Provenance {
    /// The user's name from the terminal or console. Nil if there was none.
    let author: String?
    let node: String
    let incarnation: String
    /// By the wall clock of the node that accepted it. That clock may be wrong. Nil if it does not show a year with
    /// four digits.
    let at: String?
    /// By this node's wall clock, if it measured the other one.
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
