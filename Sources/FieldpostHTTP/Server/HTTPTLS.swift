import FieldpostCore
package import FieldpostNode
import NIOCore
package import NIOSSL

/// What HTTP is served over TLS with. Unlike links between nodes it is for browsers and terminals: their certificates
/// come from an authority that they trust, and TLS 1.2 is taken too.
package enum HTTPTLS {
    /// Throws `HTTPTLSError` for files that cannot be read or do not belong together.
    package static func configuration(_ files: HTTPTLSFiles) throws(HTTPTLSError) -> TLSConfiguration {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(files.certificates)
            let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            configuration.shutdownTimeout = .milliseconds(Limits.httpGoodbyeMilliseconds)
            // Tells whether the key is that of the first certificate.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw HTTPTLSError(files: files, reason: "\(error)")
        }
    }

    /// For a client that trusts the certificates of a PEM file alone.
    package static func client(trusting certificates: String) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificates)
        return configuration
    }
}

package struct HTTPTLSError: Error, Hashable, Sendable, CustomStringConvertible {
    package let files: HTTPTLSFiles
    package let reason: String

    package var description: String {
        "HTTP cannot be served over TLS with \(files.certificates) and \(files.key) (\(reason)). Both are PEM files; "
            + "the key is that of the first certificate, and the daemon's user must be able to read it. Nothing was "
            + "changed."
    }
}
