package import NIOSSL

/// What a client of this API needs of TLS.
package enum HTTPTLS {
    /// For a client that trusts the certificates of a PEM file alone.
    package static func client(trusting certificates: String) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(certificates)
        return configuration
    }
}
