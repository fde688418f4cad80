import FieldpostCore

/// Who wrote something, where and when.
struct Provenance {
    /// As the terminal or console named its user; nil when it did not.
    let author: String?
    let node: String
    let incarnation: String
    /// By the wall clock of the node that took it in, which may be wrong; nil when it shows no year of four digits.
    let at: String?

    enum Keys: String, CodingKey {
        case author, node, incarnation, at
    }

    init(author: String, origin: Origin, stamp: Stamp) {
        self.author = author.isEmpty ? nil : author
        node = origin.node.description
        incarnation = origin.incarnation.description
        at = Timestamp.text(stamp.wallMilliseconds)
    }

    /// Writes its keys into the object that is being written.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encodeIfPresent(author, forKey: .author)
        try container.encode(node, forKey: .node)
        try container.encode(incarnation, forKey: .incarnation)
        try container.encodeIfPresent(at, forKey: .at)
    }
}
