import FieldpostCore
import FieldpostStore
import Logging
import Synchronization

/// What the sessions of a node share, and the link under one of them.
struct SessionContext: Sendable {
    let journal: any Store
    /// Nil: this node keeps no photos.
    let blobs: (any BlobStore)?
    /// Nil: this node has no thumbnails.
    var thumbnails: (any ThumbnailSource)?
    /// The most bytes of a photo or clip that this node takes from a peer.
    let blobLimit: UInt64
    /// Nil: the link under this session costs nothing.
    var link: SessionLink?
    let transfers: BlobTransfers
    let laneBytes: LaneBytes
    let clock: HostClock
    let registry: PeerRegistry
    /// Limits the decoded entries of all sessions.
    let entryBudget: EntryBudget
    /// Limits the batches that wait to be stored, of all sessions.
    let pullShares: PullShares
    /// Called at a gateway when other people may log in, and the journal holds that.
    let onOtherPeople: @Sendable () -> Void
    let logger: Logger

    var role: Role { journal.role }
}

/// Something that happened on another thread, until somebody takes note of it.
final class WakeFlag: Sendable {
    private let isSet = Atomic(false)

    func set() { isSet.store(true, ordering: .releasing) }

    /// Whether it was set since the last call.
    func take() -> Bool { isSet.exchange(false, ordering: .acquiringAndReleasing) }
}

/// What is known of a session's peer before its hello.
struct SessionPeer: Sendable {
    /// Proved in the TLS handshake. Nil without TLS.
    var node: NodeID?
    /// At central: what its administrators decided about the gateway.
    var enrollment: Enrollment?
}

/// What a session reports to the rest of the node, in order.
enum Notice: Sendable {
    case connected(Hello)
    case heard(NodeID)
    case offered(Head, NodeID)
    case measured(NodeID, Int64, UInt64)
    case status(GatewayStatus, NodeID)
    case moved(NodeID, entriesBytes: Int, wireBytes: Int)
    /// The peer takes this node for a clone.
    case refusedAsClone(NodeID)
    /// Something arrived durably.
    case receipt
}
