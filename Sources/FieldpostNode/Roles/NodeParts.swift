package import FieldpostStore
package import FieldpostTransport
package import Logging

/// What the common node lends its role.
package struct NodeParts: Sendable {
    package let settings: NodeSettings
    package let journal: any Store
    package let clock: HostClock
    package let registry: PeerRegistry
    package let refusals: RefusalLog
    /// Nil where links are plain TCP.
    package let identity: TLSIdentity?
    package let logger: Logger
}
