/// A report that this node keeps no longer, in the answer to a change that it had taken in.
struct PrunedView: Encodable {
    let id: String
    /// Central has it.
    let pruned = true

    private enum CodingKeys: String, CodingKey {
        case id, pruned
    }
}
