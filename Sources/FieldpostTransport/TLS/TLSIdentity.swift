import Crypto
package import FieldpostCore
import Glibc
import NIOSSL
import Synchronization

/// This node's side of TLS: its key, and a certificate for it. The certificate is made here, in memory, and renewed
/// before it expires.
///
/// A node's clock may be wrong. So the certificate's end is computed from the later of this node's clock and the latest
/// time that a trusted peer's certificate proved (`learn`). Only a peer whose clock is right checks dates.
package final class TLSIdentity: Sendable {
    package let node: NodeID
    private let key: P256.Signing.PrivateKey
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>

    private struct State {
        var contexts: Contexts
        /// When to make the next certificate, in seconds since 1970.
        var renewAt: Int64
        /// The present time is at least this.
        var floor: Int64
    }

    struct Contexts: Sendable {
        let server: NIOSSLContext
        let client: [Purpose: NIOSSLContext]
    }

    /// `pem`: a P-256 private key. `clock`: seconds since 1970. Throws when the key is invalid, or the TLS library
    /// refuses it.
    package init(pem: String, clock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }) throws {
        let key = try P256.Signing.PrivateKey(pemRepresentation: pem)
        node = NodeID(publicKey: key.publicKey.derRepresentation)
        self.key = key
        self.clock = clock
        let now = clock()
        state = Mutex(
            State(contexts: try Self.contexts(key, at: now), renewAt: Self.start(after: now), floor: .min))
    }

    /// A trusted peer made its certificate at this moment, in seconds since 1970.
    package func learn(_ moment: Int64) {
        state.withLock { $0.floor = max($0.floor, moment) }
    }

    /// The contexts with a certificate that is still valid for some time.
    func contexts() throws -> Contexts {
        try state.withLock { state in
            let now = max(clock(), state.floor)
            if now >= state.renewAt {
                state.contexts = try Self.contexts(key, at: now)
                state.renewAt = Self.start(after: now)
            }
            return state.contexts
        }
    }

    private static func start(after now: Int64) -> Int64 { now + Limits.certificateSeconds * 2 / 3 }

    private static func contexts(_ key: P256.Signing.PrivateKey, at now: Int64) throws -> Contexts {
        let certificate = try NodeCertificate.make(
            for: key, notBefore: now, notAfter: now + Limits.certificateSeconds)
        let chain = [NIOSSLCertificateSource.certificate(certificate)]
        let source = NIOSSLPrivateKeySource.privateKey(
            try NIOSSLPrivateKey(bytes: Array(key.pemRepresentation.utf8), format: .pem))
        let server = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: source)
        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateChain = chain
        client.privateKey = source
        var clients: [Purpose: NIOSSLContext] = [:]
        for purpose in Purpose.allCases { clients[purpose] = try context(client, for: [purpose]) }
        return Contexts(server: try context(server, for: Purpose.allCases), client: clients)
    }

    /// TLS 1.3 only. A certificate from the peer is required, and its key is checked after the handshake.
    private static func context(
        _ configuration: TLSConfiguration, for purposes: [Purpose]
    ) throws -> NIOSSLContext {
        var configuration = configuration
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .noHostnameVerification
        // No authority vouches for a node. The system's certificates would take 1 MiB in each context.
        configuration.trustRoots = .certificates([])
        configuration.applicationProtocols = purposes.map(\.rawValue)
        return try NIOSSLContext(configuration: configuration)
    }
}
