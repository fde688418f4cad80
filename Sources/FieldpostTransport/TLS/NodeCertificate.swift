import Crypto
import Foundation
import NIOSSL
import SwiftASN1
import X509

/// The self-signed certificate that a node makes for its own key: X.509 v3, P-256. Nobody else vouches for it: peers
/// know the key from the enrollment.
enum NodeCertificate {
    /// `notBefore`, `notAfter`: seconds since 1970.
    static func make(
        for key: P256.Signing.PrivateKey, notBefore: Int64, notAfter: Int64
    ) throws -> NIOSSLCertificate {
        let name = try DistinguishedName { CommonName("fieldpost") }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: Certificate.PublicKey(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: TimeInterval(notBefore)),
            notValidAfter: Date(timeIntervalSince1970: TimeInterval(notAfter)), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
            }, issuerPrivateKey: Certificate.PrivateKey(key))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der)
    }
}
