import FieldpostCore
import FieldpostNode
import NIOSSL

/// The certificates and key that HTTP is served with over TLS, read and found to belong together.
struct HTTPIdentity: Sendable {
    let files: HTTPTLSFiles
    /// The node's own certificate first.
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    /// What stands for the contents of both files: whether they changed.
    private let bytes: [[UInt8]]

    /// Throws `HTTPTLSError`, which names the file and the mend. Dates are not judged: a certificate that has ended is
    /// served all the same, since a gateway's clock may be wrong by years, and the node raises an alarm.
    init(_ files: HTTPTLSFiles) throws(HTTPTLSError) {
        self.files = files
        let (certificates, keyBytes) = (try Self.read(files.certificates), try Self.read(files.key))
        bytes = [certificates, keyBytes]
        chain = try Self.chain(certificates, files)
        key = try Self.key(keyBytes, files)
        try checkPair()
    }

    func isSame(as other: HTTPIdentity) -> Bool { files == other.files && bytes == other.bytes }

    /// Of the node's own certificate, in seconds since 1970.
    var validity: (from: Int64, to: Int64) {
        (Int64(chain[0].notValidBefore), Int64(chain[0].notValidAfter))
    }

    private static func read(_ path: String) throws(HTTPTLSError) -> [UInt8] {
        do throws(SmallFile.Failure) {
            return try SmallFile.read(path, limit: Limits.pemFileBytes)
        } catch {
            throw HTTPTLSError(path, unread: error)
        }
    }

    private static func chain(_ bytes: [UInt8], _ files: HTTPTLSFiles) throws(HTTPTLSError) -> [NIOSSLCertificate] {
        let path = files.certificates
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty else {
            let text = String(decoding: bytes, as: UTF8.self)
            if text.contains("PRIVATE KEY-----") {
                throw HTTPTLSError(
                    path, "holds a key and no certificate",
                    "`http_certificate` is the file of certificates, `http_key` that of the key")
            }
            throw HTTPTLSError(
                path, bytes.isEmpty ? "is empty" : "holds no certificate in PEM",
                "A PEM file has lines -----BEGIN CERTIFICATE-----; one in DER becomes PEM by `openssl x509 -inform DER`"
            )
        }
        return chain
    }

    private static func key(_ bytes: [UInt8], _ files: HTTPTLSFiles) throws(HTTPTLSError) -> NIOSSLPrivateKey {
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.contains("ENCRYPTED") else {
            throw HTTPTLSError(
                files.key, "is encrypted, and nobody is there at a start to give its password",
                "Decrypt it by `openssl pkey -in FILE -out NEW`, and keep the new file from others by its mode")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            if text.contains("-----BEGIN CERTIFICATE-----") {
                throw HTTPTLSError(
                    files.key, "holds a certificate and no key",
                    "`http_key` is the file of the key, `http_certificate` that of certificates")
            }
            throw HTTPTLSError(
                files.key, bytes.isEmpty ? "is empty" : "holds no private key in PEM",
                "A PEM file has a line -----BEGIN PRIVATE KEY-----; DER becomes PEM by `openssl pkey -inform DER`"
            )
        }
        return key
    }

    /// The TLS library tells only whether a key is that of a chain's first certificate.
    private func checkPair() throws(HTTPTLSError) {
        let matching = chain.firstIndex { certificate in
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
            return (try? NIOSSLContext(configuration: configuration)) != nil
        }
        guard let matching else {
            throw HTTPTLSError(
                files.key, "is the key of another certificate than the one in \(files.certificates)",
                "Put the key and the certificate there that were made together; the TLS library takes keys of RSA "
                    + "(2048 bits or more), P-256, P-384 and P-521")
        }
        guard matching == 0 else {
            throw HTTPTLSError(
                files.certificates, "has the node's own certificate at place \(matching + 1)",
                "Put it first, and those of its authorities behind it")
        }
    }
}
