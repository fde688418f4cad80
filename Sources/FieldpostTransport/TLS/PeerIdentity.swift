package import FieldpostCore
import NIOSSL

/// What a TLS connection is for, as the application protocol that both sides agree on (RFC 7301). The number is the
/// protocol's version.
package enum Purpose: String, Hashable, Sendable, CaseIterable {
    case session = "fieldpost/1"
    /// A gateway asks to be let in.
    case enrollment = "fieldpost-enroll/1"
}

/// What a peer proved in the TLS handshake: that it has the private key of this node. The certificate around the key is
/// its own work, so its dates are the peer's own word.
package struct PeerIdentity: Hashable, Sendable {
    package let node: NodeID
    /// What the connection is for.
    package let purpose: Purpose
    /// From when until when the certificate is to hold, in seconds since 1970.
    package let notBefore: Int64
    package let notAfter: Int64

    package init(node: NodeID, purpose: Purpose, notBefore: Int64, notAfter: Int64) {
        self.node = node
        self.purpose = purpose
        self.notBefore = notBefore
        self.notAfter = notAfter
    }

    init(_ certificate: NIOSSLCertificate, purpose: Purpose) throws {
        self.init(
            node: NodeID(publicKey: try certificate.extractPublicKey().toSPKIBytes()), purpose: purpose,
            notBefore: Int64(certificate.notValidBefore), notAfter: Int64(certificate.notValidAfter))
    }
}
