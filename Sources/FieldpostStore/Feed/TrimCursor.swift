/// Where a round goes on that deletes rows of feeds. Only the journal makes and reads it.
package struct TrimCursor: Hashable, Sendable {
    /// The number of the last gateway whose feed is done in this round.
    package let gateway: Int64

    package init(after gateway: Int64) { self.gateway = gateway }

    /// A new round.
    package static let start = TrimCursor(after: 0)
}
