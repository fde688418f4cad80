package import FieldpostCore

/// What a commit can add for a session to send.
package enum Growth: Hashable, Sendable {
    /// The entries that this node wrote under its present origin.
    case ownEntries
    /// At central: the feed of a gateway.
    case feed(of: NodeID)
    /// The blobs that entries name.
    case namedBlobs
}

/// Keeps a subscription of `Store.onGrowth` or `BlobStore.onStored` until it is released.
package final class GrowthSubscription: Sendable {
    private let end: @Sendable () -> Void

    package init(end: @escaping @Sendable () -> Void) { self.end = end }

    deinit { end() }
}
