package import FieldpostAPI
package import FieldpostCore
package import FieldpostStore

/// What the HTTP rooms may ask of the running node.
package protocol NodeService: Sendable {
    var journal: any Store { get }
    /// Photos and clips.
    var blobs: any BlobStore { get }
    /// A secret of this node, for what it hands out to strangers and reads again: 32 bytes.
    var handleSecret: [UInt8] { get }
    /// What central decided for all nodes, as this node holds it.
    var centralSettings: CentralSettings { get }
    /// The most bytes of a photo or clip that this node takes in.
    var mediaLimits: MediaLimits { get }
    /// Counts what the intake takes and refuses.
    var intakeMetrics: IntakeMetrics { get }
    /// Where a photo or clip is that a report names.
    func place(of blob: Hash256) async -> BlobPlace
    /// Why a photo or clip at this place was refused: by a peer, if it is here, and by this node, if it is not. Nil if
    /// it was not since this node started, or was taken or offered since.
    func refusal(of blob: Hash256, at place: BlobPlace) -> BlobReceipt.Refusal?
    /// How many bytes of a photo or clip have gone to a peer that has not confirmed it. Nil if none is offered it.
    func sent(of blob: Hash256) async -> UInt64?
    /// Whether a session with a peer is open.
    func isConnected(_ peer: NodeID) async -> Bool
    /// At a gateway: how its way to central is. Nil at central.
    func uplink() async -> UplinkState?
    /// Asks all peers for photos or clips that somebody needs here. A peer sends what it holds and what this node may
    /// have.
    func want(_ blobs: [Hash256]) async
    /// A small picture of a photo, whether the photo is here or not. Nil if there is none, and none can be made.
    func thumbnail(of blob: Hash256) async -> KeptThumbnail?
    /// Asks peers for the thumbnail of a photo that is not here. Returns whether one may answer soon.
    func wantThumbnail(of blob: Hash256) async -> Bool
    /// The present time of all clocks, for an entry made here.
    func stamp() -> Stamp
    /// The corrected time, for what people are held to. Nil if nobody can say.
    func time() async -> Instant?
    func status() async throws(JournalError) -> NodeStatus
    /// A digest over all reports held here, or at central over those in the scope of one gateway, named as in `resync`.
    /// Two nodes have the same digest exactly if they show the same. Reads the digest of every report.
    func digest(gateway: String?) async throws -> NodeDigest
    /// Opens sealed contact data. Throws `ResyncError.notCentral` at a gateway.
    func contactOpener() throws(ResyncError) -> any ContactOpening
    /// What central does about the entries of its gateways. Throws `ResyncError.notCentral` at a gateway.
    func upkeep() throws(ResyncError) -> any GatewayUpkeep
}

extension NodeService {
    /// For nodes without peers and without the program that makes thumbnails.
    package func time() async -> Instant? { nil }
    package func contactOpener() throws(ResyncError) -> any ContactOpening { throw .notCentral }
    package func sent(of blob: Hash256) async -> UInt64? { nil }
    package func isConnected(_ peer: NodeID) async -> Bool { false }
    package func uplink() async -> UplinkState? { nil }
    package func want(_ blobs: [Hash256]) async {}
    package func refusal(of blob: Hash256, at place: BlobPlace) -> BlobReceipt.Refusal? { nil }
    package func thumbnail(of blob: Hash256) async -> KeptThumbnail? { nil }
    package func wantThumbnail(of blob: Hash256) async -> Bool { false }

    /// Records an administrator's action in the journal. Call this before the action.
    package func record(_ account: String, author: String) async throws(JournalError) {
        try await journal.record(account, author: author, stamp: stamp())
    }
}

package enum ResyncError: Error, Hashable, Sendable {
    /// Only central pulls entries.
    case notCentral
    case unknownGateway(String)
    /// Several gateways match.
    case ambiguousGateway(String)
}

extension ResyncError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notCentral:
            "This works only at central, and this node is a gateway. Nothing was changed. Run it at central."
        case .unknownGateway(let name): "No gateway \(name) is known here. `fieldpost status` lists the known gateways."
        case .ambiguousGateway(let name): "Several gateways match \(name). Give more digits of the NodeID."
        }
    }
}
