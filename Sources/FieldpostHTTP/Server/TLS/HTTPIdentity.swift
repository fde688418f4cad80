import FieldpostCore
import FieldpostNode
import NIOSSL

/// The certificates and the key of HTTP over TLS. They were read, and they belong together.
struct HTTPIdentity: Sendable {
    let files: HTTPTLSFiles
    /// The node's own certificate comes first.
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
    /// The contents of both files, to find out whether they changed.
    private let bytes: [[UInt8]]

    /// Throws `HTTPTLSError`, which names the file and what to do. Dates are not checked: an expired certificate is
    /// still served, because a gateway's clock may be wrong by years. The node raises an alarm.
    init(_ files: HTTPTLSFiles) throws(HTTPTLSError) {
        self.files = files
        let (certificates, keyBytes) = (try Self.read(files.certificates), try Self.read(files.key))
        bytes = [certificates, keyBytes]
        chain = try Self.chain(certificates, files)
        key = try Self.key(keyBytes, files)
        try checkPair()
    }

    func isSame(as other: HTTPIdentity) -> Bool { files == other.files && bytes == other.bytes }

    /// The validity of the node's own certificate, in seconds since 1970.
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
                    path, "contains a key but no certificate",
                    "`http_certificate` must be the file with the certificates, and `http_key` the file with the key")
            }
            throw HTTPTLSError(
                path, bytes.isEmpty ? "is empty" : "contains no certificate in PEM",
                "A PEM file has lines -----BEGIN CERTIFICATE-----. To convert DER to PEM, run "
                    + "`openssl x509 -inform DER`")
        }
        return chain
    }

    private static func key(_ bytes: [UInt8], _ files: HTTPTLSFiles) throws(HTTPTLSError) -> NIOSSLPrivateKey {
        let text = String(decoding: bytes, as: UTF8.self)
        guard !text.contains("ENCRYPTED") else {
            throw HTTPTLSError(
                files.key, "is encrypted, but nobody can enter its password at a start",
                "Decrypt it with `openssl pkey -in FILE -out NEW`, and protect the new file by its mode")
        }
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            if text.contains("-----BEGIN CERTIFICATE-----") {
                throw HTTPTLSError(
                    files.key, "contains a certificate but no key",
                    "`http_key` must be the file with the key, and `http_certificate` the file with the certificates")
            }
            throw HTTPTLSError(
                files.key, bytes.isEmpty ? "is empty" : "contains no private key in PEM",
                "A PEM file has a line -----BEGIN PRIVATE KEY-----. To convert DER to PEM, run "
                    + "`openssl pkey -inform DER`")
        }
        return key
    }

    /// The TLS library can only tell whether a key belongs to the first certificate of a chain.
    private func checkPair() throws(HTTPTLSError) {
        let matching = chain.firstIndex { certificate in
            let configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
            return (try? NIOSSLContext(configuration: configuration)) != nil
        }
        guard let matching else {
            throw HTTPTLSError(
                files.key, "does not belong to the certificate in \(files.certificates)",
                "Use a key and a certificate that belong together. The TLS library supports keys of RSA "
                    + "(2048 bits or more), P-256, P-384 and P-521")
        }
        guard matching == 0 else {
            throw HTTPTLSError(
                files.certificates, "has the node's own certificate at position \(matching + 1)",
                "Put it first, and those of its authorities after it")
        }
    }
}
