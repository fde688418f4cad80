/// What became of the entries that a peer gave.
package struct Restored: Hashable, Sendable {
    /// The number of entries that are new, or no longer corrupt.
    package let added: Int
    /// The entries showed that this node was restored from a copy, and a new incarnation began.
    package let hasBegun: Bool

    package init(added: Int, hasBegun: Bool) {
        self.added = added
        self.hasBegun = hasBegun
    }
}
