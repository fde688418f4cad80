/// What a release of a gateway did.
package struct ReleasedLives: Codable, Hashable, Sendable {
    /// Lives that waited for it, and are let in at their next connection.
    package var released: Int
    /// Lives without entries that are known no more, where that was asked for.
    package var forgotten: Int

    package init(released: Int, forgotten: Int = 0) {
        self.released = released
        self.forgotten = forgotten
    }
}
