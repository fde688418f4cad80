/// The result of storing a run of the feed.
package struct Absorbed: Hashable, Sendable {
    package let durable: DurableCursor
    package let added: Int
    /// The entries showed that this node was restored from a copy, and a new incarnation began.
    package let hasBegun: Bool

    package init(durable: DurableCursor, added: Int, hasBegun: Bool) {
        self.durable = durable
        self.added = added
        self.hasBegun = hasBegun
    }
}
