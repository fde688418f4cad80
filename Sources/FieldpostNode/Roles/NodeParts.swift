package import FieldpostStore
package import FieldpostTransport
package import Logging

/// The parts of the common node that its role uses.
package struct NodeParts: Sendable {
    package let settings: NodeSettings
    package let journal: any Store
    package let blobs: any BlobStore
    package let clock: HostClock
    package let registry: PeerRegistry
    package let refusals: RefusalLog
    /// Nil if links are plain TCP.
    package let identity: TLSIdentity?
    package let logger: Logger
}
