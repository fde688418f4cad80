package import FieldpostCore
import NIOSSL

/// The purpose of a TLS connection: the application protocol that both sides agreed on (RFC 7301). The number is the
/// protocol's version.
package enum Purpose: String, Hashable, Sendable, CaseIterable {
    case session = "fieldpost/1"
    /// A gateway requests enrollment.
    case enrollment = "fieldpost-enroll/1"
}

/// What a peer proved in the TLS handshake: it has the private key of this node. The peer made the certificate itself,
/// so the dates in it are only the peer's claim.
package struct PeerIdentity: Hashable, Sendable {
    package let node: NodeID
    /// The purpose of the connection.
    package let purpose: Purpose
    /// The validity of the certificate, in seconds since 1970.
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
