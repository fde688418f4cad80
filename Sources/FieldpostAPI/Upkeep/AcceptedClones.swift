/// The result of accepting the clones of a gateway.
package struct AcceptedClones: Codable, Hashable, Sendable {
    /// Incarnations that were waiting, and are accepted at their next connection.
    package var accepted: Int
    /// Incarnations without entries that were forgotten, if that was asked for.
    package var forgotten: Int

    package init(accepted: Int, forgotten: Int = 0) {
        self.accepted = accepted
        self.forgotten = forgotten
    }
}
