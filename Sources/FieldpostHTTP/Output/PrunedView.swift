/// A report that this node has pruned, in the answer to a repeated change.
struct PrunedView: Encodable {
    let id: String
    /// Central has it.
    let pruned = true

    private enum CodingKeys: String, CodingKey {
        case id, pruned
    }
}
