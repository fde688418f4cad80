/// What a release of a gateway did.
package struct ReleasedLives: Codable, Hashable, Sendable {
    /// Lives that waited for it, and are let in at their next connection.
    package var released: Int

    package init(released: Int) { self.released = released }
}
