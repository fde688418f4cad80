package import NIOSSL

/// The TLS settings for a client of this API.
package enum HTTPTLS {
    /// For a client that trusts only the certificates of a PEM file.
    package static func client(trusting certificates: String) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificates)
        return configuration
    }
}
